-- needs: report.programme_step, report.run_level, report.level_service, audit.charger_port, audit.site_before, audit.plan_part, plan.run, plan.scenario,
--   plan.scenario_level, plan.scenario_charger, plan.demand_coverage, plan.demand_service, plan.service_without, plan.decision_port,
--   model.adoption, core.demand_cell, analysis.people_growth
-- grain: one row per (run_id, step_number, level)

create view report.programme_level as

with step as materialized (
    select run_id, step_number, step_run_id, phase, year,
        first_value(step_run_id) over (partition by run_id order by step_number) as first_run_id
    from report.programme_step
),

-- step 0 is today: before the first phase of the first run
stage as (
    select run_id, step_number, step_run_id, phase, year, first_run_id from step
    union all
    select run_id, 0, first_run_id, phase, null, first_run_id from step where step_number = 1
),

-- nothing done: the stations of before the first run, where that run reckons a level as the step does
compared as (
    select
        s.run_id, s.step_number, s.step_run_id, s.first_run_id, s.phase, s.year, r.scenario_id, l.level, n.demand_kind,
        i.level is not null as is_comparable
    from stage as s
    join plan.run as r on r.run_id = s.step_run_id
    join plan.scenario as n on n.scenario_id = r.scenario_id
    join plan.scenario_level as l on l.scenario_id = r.scenario_id
    join plan.run as b on b.run_id = s.first_run_id
    join plan.scenario as o on o.scenario_id = b.scenario_id
    left join plan.scenario_level as i on i.scenario_id = b.scenario_id and i.level = l.level
        and i.service_distance_m = l.service_distance_m and o.distance_kind = n.distance_kind and o.demand_kind = n.demand_kind
),

people as materialized (
    select planning_area_id, year, people_factor from analysis.people_growth where year in (select year from step)
),

-- by planning area, whose people grow alike
part as (
    select
        k.run_id, k.step_number, k.level, k.year, d.planning_area_id,
        sum(d.population) as people,
        sum(d.population * f.is_after::integer) as after_people,
        sum(d.population * b.is_covered_before::integer) as idle_people,
        coalesce(sum(c.weight_share) filter (where f.is_after), 0) as after_share,
        case when k.is_comparable then coalesce(sum(c.weight_share) filter (where b.is_covered_before), 0) end as idle_share
    from compared as k
    join plan.demand_coverage as c on c.run_id = k.step_run_id and c.phase = k.phase and c.level = k.level
    cross join lateral (select case when k.step_number = 0 then c.is_covered_before else c.is_covered_after end as is_after) as f
    left join plan.demand_coverage as b
        on k.is_comparable and b.run_id = k.first_run_id and b.phase = 1 and b.level = c.level and b.demand_id = c.demand_id
    left join core.demand_cell as d on k.demand_kind = 'cell' and d.cell_id = c.demand_id
    group by k.run_id, k.step_number, k.level, k.year, k.is_comparable, d.planning_area_id
),

covered as (
    select
        k.run_id, k.step_number, k.level,
        sum(k.people * coalesce(g.people_factor, 1)) as population,
        sum(k.after_people * coalesce(g.people_factor, 1)) as after_population,
        sum(k.idle_people * coalesce(g.people_factor, 1)) as idle_population,
        sum(k.after_share) as after_share,
        sum(k.idle_share) as idle_share
    from part as k
    left join people as g on g.planning_area_id = k.planning_area_id and g.year = k.year
    group by k.run_id, k.step_number, k.level
),

port as (
    select p.run_id, p.phase, p.level, sum(p.port_count)::integer as port_count
    from audit.charger_port as p
    join audit.site_before as b on b.run_id = p.run_id and b.site_id = p.site_id and b.is_counted
    group by p.run_id, p.phase, p.level
),

-- levels of which an earlier run takes ports away: with the stations that it leaves no fewer sessions may be served than with those of today
lowered as (
    select distinct t.run_id, c.level
    from audit.plan_part as t
    join plan.decision_port as d on d.run_id = t.part_run_id and d.port_count_after < d.port_count_before
    join plan.run as r on r.run_id = t.part_run_id
    join plan.scenario_charger as c on c.scenario_id = r.scenario_id and c.charger_type = d.charger_type
    where t.generation > 0
),

served as (
    select
        k.run_id, k.step_number, k.level, a.demand_per_h, a.served_per_h,
        k.step_run_id <> k.first_run_id as is_idle_most,
        case
            when not k.is_comparable then null
            when k.step_run_id = k.first_run_id then w.served_per_h
            -- Of a later run it is not worked out what the stations of today would serve: no more than is asked for, than their ports
            -- can, and than they do with the stations that earlier runs add.
            else least(
                a.demand_per_h,
                (select f.capacity_per_h_before from report.level_service as f where f.run_id = k.first_run_id and f.level = k.level),
                case when o.level is null then w.served_per_h end
            )
        end as idle_served_per_h
    from compared as k
    -- for each step by itself: all runs together are many times as much, and might be summed up anew for each
    cross join lateral (
        select sum(d.demand_per_h) as demand_per_h, sum(d.served_per_h) as served_per_h
        from plan.demand_service as d
        where d.run_id = k.step_run_id and d.phase = k.phase and d.level = k.level and k.step_number > 0
        having count(*) > 0
    ) as a
    left join plan.service_without as w on w.run_id = k.step_run_id and w.phase = k.phase and w.level = k.level
    left join lowered as o on o.run_id = k.step_run_id and o.level = k.level
)

select
    -- the same in every query, whatever is filtered
    (k.run_id * 1000 + k.step_number) * 1000 + l.place as programme_level_id,
    k.run_id,
    k.step_number,
    k.year,
    k.level,
    c.population,
    c.after_population,
    c.idle_population,
    c.after_population / nullif(c.population, 0) as after_people_share,
    c.idle_population / nullif(c.population, 0) as idle_people_share,
    c.after_share,
    c.idle_share,
    v.ev_count,
    s.demand_per_h,
    s.served_per_h,
    s.served_per_h / nullif(s.demand_per_h, 0) as served_share,
    s.idle_served_per_h,
    s.idle_served_per_h / nullif(s.demand_per_h, 0) as idle_served_share,
    case when s.idle_served_per_h is not null then s.is_idle_most end as is_idle_served_most,
    coalesce(p.port_count, 0) as port_count_after,
    case when k.is_comparable then coalesce(i.port_count, 0) end as port_count_idle,
    v.ev_count / nullif(p.port_count, 0) as ev_per_port_after,
    case when k.is_comparable then v.ev_count / nullif(i.port_count, 0) end as ev_per_port_idle,
    row_number() over (
        partition by k.run_id, k.step_number
        order by
            -- of what is shown: sums differ in their last digits from server to server
            round((coalesce(c.after_population / nullif(c.population, 0), c.after_share)
                - coalesce(c.idle_population / nullif(c.population, 0), c.idle_share))::numeric, 9) desc nulls last,
            l.place desc
    ) = 1 as is_most_gained
from compared as k
join report.run_level as l on l.run_id = k.run_id and l.level = k.level
join covered as c on c.run_id = k.run_id and c.step_number = k.step_number and c.level = k.level
left join model.adoption as v on v.scenario_id = k.scenario_id and v.phase = k.phase and k.step_number > 0
left join served as s on s.run_id = k.run_id and s.step_number = k.step_number and s.level = k.level
left join port as p
    on p.run_id = k.step_run_id and p.level = k.level and p.phase = case when k.step_number = 0 then 0 else k.phase end
left join port as i on i.run_id = k.first_run_id and i.level = k.level and i.phase = 0;

comment on view report.programme_level is
    'What each step of a programme reaches, by level, beside what there is by then if no station changes; step 0 is today.';
comment on column report.programme_level.programme_level_id is 'Key for GIS clients: run, step and level.';
comment on column report.programme_level.run_id is 'The run whose programme it is.';
comment on column report.programme_level.step_number is 'The step, at its end; 0 for today.';
comment on column report.programme_level.year is 'Calendar year of the step; null for today.';
comment on column report.programme_level.level is 'The level.';
comment on column report.programme_level.population is
    'People expected in the region at the end of that year; of today the census. Null for points of a study.';
comment on column report.programme_level.after_population is 'Those of them within the service distance of a station after the step.';
comment on column report.programme_level.idle_population is
    'Those within the service distance of a station of today: if nothing is done. Null where the first run of the programme reckons the level otherwise.';
comment on column report.programme_level.after_people_share is 'Share of the people that year within the service distance after the step.';
comment on column report.programme_level.idle_people_share is 'That share if nothing is done.';
comment on column report.programme_level.after_share is 'Covered share of the demand after the step; the weights of demand are those of today.';
comment on column report.programme_level.idle_share is 'That share if nothing is done.';
comment on column report.programme_level.ev_count is
    'Electric vehicles of the region at the end of that year, by the growth of the scenario; null for today, and where the scenario counts no sessions.';
comment on column report.programme_level.demand_per_h is 'Sessions asked for in the busiest hour; null where the scenario counts none.';
comment on column report.programme_level.served_per_h is 'Sessions served after the step.';
comment on column report.programme_level.served_share is 'The one over the other.';
comment on column report.programme_level.idle_served_per_h is
    'Sessions that the stations of today would serve by then if nothing is done: exact in the phases of the first run of the programme, else no more than that.';
comment on column report.programme_level.idle_served_share is 'Those over the sessions asked for.';
comment on column report.programme_level.is_idle_served_most is 'True where these are an upper limit.';
comment on column report.programme_level.port_count_after is 'Ports, after the step, of stations that count as coverage.';
comment on column report.programme_level.port_count_idle is 'Ports of the stations of today that count as coverage.';
comment on column report.programme_level.ev_per_port_after is 'Vehicles that year per port after the step.';
comment on column report.programme_level.ev_per_port_idle is 'Vehicles that year per port of today.';
comment on column report.programme_level.is_most_gained is
    'True for the level at which the programme reaches most people (or demand) more than there are if nothing is done; the highest of equals.';
