-- needs: audit.site_before, report.run_level, report.published_run, report.plan_port, plan.run, plan.scenario_level, plan.scenario_charger, core.demand_cell,
--   model.port_capacity_per_h, model.port_wait_min
-- grain: one row per (run_id, level)

create view report.level_service as

with region as (
    select sum(population) as population, sum(ev_count) as ev_count
    from core.demand_cell
),

port as (
    select
        p.run_id, p.level, m.port_count, m.is_after,
        model.port_capacity_per_h(m.port_count, c.session_min, l.wait_max_min, l.wait_probability_max)
            * c.kwh_per_session / u.kwh_per_session as capacity_per_h,
        model.port_wait_min(m.port_count, c.session_min, c.utilisation_share) as wait_min
    from report.plan_port as p
    join plan.run as r on r.run_id = p.run_id
    join audit.site_before as t on t.run_id = p.run_id and t.site_id = p.site_id and t.is_counted
    join plan.scenario_charger as c on c.scenario_id = r.scenario_id and c.charger_type = p.charger_type
    join plan.scenario_level as l on l.scenario_id = r.scenario_id and l.level = p.level
    join plan.scenario_charger as u on u.scenario_id = r.scenario_id and u.charger_type = l.usual_charger
    cross join lateral (values (p.port_count_before, false), (p.port_count_after, true)) as m (port_count, is_after)
    where m.port_count > 0
),

summed as (
    select
        run_id, level,
        sum(port_count) filter (where not is_after) as port_count_before,
        sum(port_count) filter (where is_after) as port_count_after,
        sum(capacity_per_h) filter (where not is_after) as capacity_per_h_before,
        sum(capacity_per_h) filter (where is_after) as capacity_per_h_after,
        sum(wait_min * port_count) filter (where not is_after) / sum(port_count) filter (where not is_after) as wait_min_before,
        sum(wait_min * port_count) filter (where is_after) / sum(port_count) filter (where is_after) as wait_min_after
    from port
    group by run_id, level
)

select
    -- the same in every query, whatever is filtered
    k.run_id * 1000 + k.place as level_service_id,
    k.run_id,
    p.scenario_name,
    k.level,
    coalesce(s.port_count_before, 0)::integer as port_count_before,
    coalesce(s.port_count_after, 0)::integer as port_count_after,
    coalesce(s.capacity_per_h_before, 0) as capacity_per_h_before,
    coalesce(s.capacity_per_h_after, 0) as capacity_per_h_after,
    s.wait_min_before,
    s.wait_min_after,
    g.population / nullif(s.port_count_before, 0) as people_per_port_before,
    g.population / nullif(s.port_count_after, 0) as people_per_port_after,
    g.ev_count / nullif(s.port_count_before, 0) as ev_per_port_before,
    g.ev_count / nullif(s.port_count_after, 0) as ev_per_port_after
from report.run_level as k
join report.published_run as p using (run_id)
cross join region as g
left join summed as s on s.run_id = k.run_id and s.level = k.level;

comment on view report.level_service is 'What the ports of each level can do before a published plan and at its end, whatever the plan aims at.';
comment on column report.level_service.level_service_id is 'Key for GIS clients: run and level.';
comment on column report.level_service.run_id is 'The run.';
comment on column report.level_service.scenario_name is 'Name of the scenario.';
comment on column report.level_service.level is 'The level.';
comment on column report.level_service.port_count_before is 'Ports of the level before the plan.';
comment on column report.level_service.port_count_after is 'Ports of the level at its end.';
comment on column report.level_service.capacity_per_h_before is 'Sessions per hour that they serve within the accepted wait before the plan, each type at a site for itself.';
comment on column report.level_service.capacity_per_h_after is 'Sessions per hour that they serve at its end.';
comment on column report.level_service.wait_min_before is 'Mean wait before the plan where ports are busy as long as their type is in the mean, minutes.';
comment on column report.level_service.wait_min_after is 'Mean wait at its end.';
comment on column report.level_service.people_per_port_before is 'People of the region for each port before the plan, as counted.';
comment on column report.level_service.people_per_port_after is 'People for each port at its end.';
comment on column report.level_service.ev_per_port_before is 'Electric vehicles of the region for each port before the plan, as counted.';
comment on column report.level_service.ev_per_port_after is 'Electric vehicles for each port at its end.';
