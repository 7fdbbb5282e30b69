-- needs: audit.audited_run, audit.port, plan.scenario_rule, plan.scenario_phase, plan.scenario_area_limit,
--   plan.scenario_area_level_limit, core.site, core.planning_area
-- grain: one row per (run_id, subject)

create view audit.limit_area_station_limits as

-- stations of each level, and of any level, which is null here; phase 0 is before the plan
with counted as not materialized (
    select p.run_id, c.planning_area_id, p.phase, p.level, count(distinct p.site_id) as station_count
    from audit.port as p
    join core.site as c on c.site_id = p.site_id
    group by grouping sets ((p.run_id, c.planning_area_id, p.phase, p.level), (p.run_id, c.planning_area_id, p.phase))
),

phase as not materialized (
    select a.run_id, a.scenario_id, f.phase, f.phase = max(f.phase) over (partition by a.run_id) as is_last
    from audit.audited_run as a
    join plan.scenario_rule as u on u.scenario_id = a.scenario_id and u.rule = 'area_station_limits' and u.is_on
    join plan.scenario_phase as f on f.scenario_id = a.scenario_id
),

limited as not materialized (
    select f.run_id, f.phase, l.planning_area_id, null::text as level, false as is_most, l.station_count_min as station_count
    from phase as f
    join plan.scenario_area_limit as l on l.scenario_id = f.scenario_id
    where f.is_last and l.station_count_min > 0
    union all
    select f.run_id, f.phase, l.planning_area_id, l.level, false, l.station_count_min
    from phase as f
    join plan.scenario_area_level_limit as l on l.scenario_id = f.scenario_id
    where f.is_last and l.station_count_min > 0
    union all
    select f.run_id, f.phase, l.planning_area_id, null, true, greatest(l.station_count_max, b.station_count)
    from phase as f
    join plan.scenario_area_limit as l on l.scenario_id = f.scenario_id
    left join counted as b
        on b.run_id = f.run_id and b.planning_area_id = l.planning_area_id and b.phase = 0 and b.level is null
    where l.station_count_max is not null
)

select
    l.run_id,
    format('%s in planning area %s, phase %s', concat_ws(' ', case when l.is_most then 'most' else 'fewest' end, l.level), l.planning_area_id, l.phase)
        as subject,
    case when l.is_most then 'area_stations_most' when l.level is null then 'area_stations_fewest' else 'area_level_stations_fewest' end as code,
    jsonb_strip_nulls(jsonb_build_object('area_name', g.name, 'level', l.level, 'phase', l.phase)) as value,
    l.station_count::double precision as expected,
    n.station_count::double precision as found,
    case when l.is_most then n.station_count > l.station_count else n.station_count < l.station_count end as is_violated
from limited as l
join core.planning_area as g on g.planning_area_id = l.planning_area_id
left join counted as c
    on c.run_id = l.run_id and c.planning_area_id = l.planning_area_id and c.phase = l.phase and c.level is not distinct from l.level
cross join lateral (select coalesce(c.station_count, 0) as station_count) as n;

comment on view audit.limit_area_station_limits is 'Planning areas with the stations that they have, must have and may have.';
comment on column audit.limit_area_station_limits.run_id is 'The run.';
comment on column audit.limit_area_station_limits.subject is 'What is limited, the area and phase, as the key that plan.run_constraint_slack has.';
comment on column audit.limit_area_station_limits.code is 'What would be broken: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.limit_area_station_limits.value is 'The same in names and numbers: what the sentence takes beside expected and found.';
comment on column audit.limit_area_station_limits.expected is 'The limit; where more stood there before, their number.';
comment on column audit.limit_area_station_limits.found is 'Stations that the plan has there.';
comment on column audit.limit_area_station_limits.is_violated is 'True where the plan breaks the rule.';
