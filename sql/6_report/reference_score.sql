-- needs: report.published_run, report.plan_port, core.site, model.scenario, plan.scenario_level, core.reference_demand_point,
--   core.reference_plan_station, core.reference_plan_port
-- grain: one row per (reference_score_id)

create view report.reference_score as

with yardstick as (
    select distinct on (s.name, l.level) s.name as scenario_name, l.level, l.service_distance_m
    from model.scenario as s
    join plan.scenario_level as l using (scenario_id)
    where s.demand_kind = 'reference_point'
    order by s.name, l.level, s.scenario_id desc
),

station (run_id, plan, level, port_count_before, port_count_after, geom) as (
    select null::bigint, 'study', p.level, p.port_count_before, p.port_count_after, r.geom
    from core.reference_plan_station as r
    join core.reference_plan_port as p using (reference_plan_station_id)
    union all
    select r.run_id, r.scenario_name, p.level, p.port_count_before, p.port_count_after, t.geom
    from report.published_run as r
    join report.plan_port as p using (run_id)
    join core.site as t using (site_id)
    where r.is_latest
),

point as (
    select reference_demand_point_id, geom, weight / sum(weight) over () as weight_share
    from core.reference_demand_point
),

plan (run_id, plan) as (
    select null::bigint, 'study' where exists (select from core.reference_plan_station)
    union all
    select run_id, scenario_name from report.published_run where is_latest
),

covered as (
    select s.run_id, s.plan, y.scenario_name, y.level, p.reference_demand_point_id, p.weight_share,
        bool_or(s.port_count_before > 0) as is_before, bool_or(s.port_count_after > 0) as is_after
    from yardstick as y
    join station as s on s.level = y.level and (s.port_count_before > 0 or s.port_count_after > 0)
    join point as p on st_dwithin(p.geom, s.geom, y.service_distance_m)
    group by s.run_id, s.plan, y.scenario_name, y.level, p.reference_demand_point_id, p.weight_share
)

select
    row_number() over (order by y.scenario_name, n.run_id nulls first, y.level) as reference_score_id,
    y.scenario_name,
    n.plan,
    n.run_id,
    y.level,
    y.service_distance_m,
    coalesce(sum(c.weight_share) filter (where c.is_before), 0) as before_share,
    coalesce(sum(c.weight_share) filter (where c.is_after), 0) as after_share
from yardstick as y
cross join plan as n
left join covered as c
    on c.scenario_name = y.scenario_name and c.level = y.level and c.plan = n.plan and c.run_id is not distinct from n.run_id
where exists (select from point)
group by y.scenario_name, n.plan, n.run_id, y.level, y.service_distance_m;

comment on view report.reference_score is 'The published study and our plans by one yardstick: the weighted points of the study, within the straight-line service distance of a scenario on these points.';
comment on column report.reference_score.reference_score_id is 'Key for GIS clients.';
comment on column report.reference_score.scenario_name is 'The scenario whose service distance is the yardstick, as last resolved.';
comment on column report.reference_score.plan is 'study, or the scenario of a run.';
comment on column report.reference_score.run_id is 'The run; null for the study.';
comment on column report.reference_score.level is 'The level.';
comment on column report.reference_score.service_distance_m is 'Service distance in a straight line, m.';
comment on column report.reference_score.before_share is 'Covered share of the weight before the plan.';
comment on column report.reference_score.after_share is 'Covered share of the weight after it.';
