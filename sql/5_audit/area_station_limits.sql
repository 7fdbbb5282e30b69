-- needs: plan.scenario_rule, plan.scenario_area_limit, audit.plan_site, core.site, core.planning_area
-- grain: one row per (run_id, subject)

create view audit.area_station_limits as

with counted as (
    select
        p.run_id, p.phase, a.planning_area_id, a.name, l.station_count_min, l.station_count_max, l.l3_station_count_min,
        p.phase = max(p.phase) over (partition by p.run_id) as is_last,
        count(*) filter (where p.l2_port_count_before + p.l3_port_count_before > 0) as before_count,
        count(*) filter (where p.l2_port_count_after + p.l3_port_count_after > 0) as after_count,
        count(*) filter (where p.l3_port_count_after > 0) as l3_count
    from audit.plan_site as p
    join plan.scenario_rule as u on u.scenario_id = p.scenario_id and u.rule = 'area_station_limits' and u.is_on
    join core.site as c on c.site_id = p.site_id
    join plan.scenario_area_limit as l on l.scenario_id = p.scenario_id and l.planning_area_id = c.planning_area_id
    join core.planning_area as a on a.planning_area_id = l.planning_area_id
    group by p.run_id, p.phase, a.planning_area_id, a.name, l.station_count_min, l.station_count_max, l.l3_station_count_min
)

select
    c.run_id,
    format('planning area %s, phase %s, %s', c.planning_area_id, c.phase, v.what) as subject,
    v.expected::double precision as expected,
    v.found::double precision as found,
    format('%s has %s %s after phase %s; %s', c.name, v.found, v.what, c.phase, format(v.words, v.expected)) as message
from counted as c
cross join lateral (values
    ('stations', 'it must have %s.', c.station_count_min, c.after_count, c.is_last and c.after_count < c.station_count_min),
    ('stations in all', 'it may have %s.', greatest(c.station_count_max, c.before_count), c.after_count,
        c.after_count > greatest(c.station_count_max, c.before_count) and c.station_count_max is not null),
    ('L3 stations', 'it must have %s.', c.l3_station_count_min, c.l3_count, c.is_last and c.l3_count < c.l3_station_count_min)
) as v (what, words, expected, found, is_violation)
where v.is_violation

union all

-- an area without any site cannot have what it must
select l_run.run_id, format('planning area %s, no site', a.planning_area_id), greatest(l.station_count_min, l.l3_station_count_min), 0,
    format('%s has no site for a station; it must have %s.', a.name, greatest(l.station_count_min, l.l3_station_count_min))
from (select distinct p.run_id, p.scenario_id from audit.plan_site as p) as l_run
join plan.scenario_rule as u on u.scenario_id = l_run.scenario_id and u.rule = 'area_station_limits' and u.is_on
join plan.scenario_area_limit as l on l.scenario_id = l_run.scenario_id
join core.planning_area as a on a.planning_area_id = l.planning_area_id
where greatest(l.station_count_min, l.l3_station_count_min) > 0
    and not exists (select from core.site as c where c.planning_area_id = l.planning_area_id);

comment on view audit.area_station_limits is 'Planning areas with fewer stations than they must have, or more than they may.';
comment on column audit.area_station_limits.run_id is 'The run.';
comment on column audit.area_station_limits.subject is 'The area, phase and limit.';
comment on column audit.area_station_limits.expected is 'The limit; where more stood there before, their number.';
comment on column audit.area_station_limits.found is 'Stations that the plan has there.';
comment on column audit.area_station_limits.message is 'The violation in words.';
