-- needs: audit.audited_run, audit.plan_site, plan.scenario_rule, plan.scenario_phase, plan.scenario_area_limit, core.site,
--   core.planning_area
-- grain: one row per (run_id, subject)

create view audit.limit_area_station_limits as

with counted as not materialized (
    select
        a.run_id, f.phase, l.planning_area_id, g.name, l.station_count_min, l.station_count_max, l.l3_station_count_min,
        f.phase = max(f.phase) over (partition by a.run_id) as is_last, s.*
    from audit.audited_run as a
    join plan.scenario_rule as u on u.scenario_id = a.scenario_id and u.rule = 'area_station_limits' and u.is_on
    join plan.scenario_area_limit as l on l.scenario_id = a.scenario_id
    join core.planning_area as g on g.planning_area_id = l.planning_area_id
    join plan.scenario_phase as f on f.scenario_id = a.scenario_id
    left join (
        select
            p.run_id as site_run_id, p.phase as site_phase, c.planning_area_id as site_planning_area_id,
            count(*) filter (where p.l2_port_count_before + p.l3_port_count_before > 0) as before_count,
            count(*) filter (where p.l2_port_count_after + p.l3_port_count_after > 0) as after_count,
            count(*) filter (where p.l3_port_count_after > 0) as l3_count
        from audit.plan_site as p
        join core.site as c on c.site_id = p.site_id
        group by p.run_id, p.phase, c.planning_area_id
    ) as s on s.site_run_id = a.run_id and s.site_phase = f.phase and s.site_planning_area_id = l.planning_area_id
)

select
    c.run_id,
    format('%s in planning area %s, phase %s', v.what, c.planning_area_id, c.phase) as subject,
    v.expected::double precision as expected,
    v.found::double precision as found,
    v.is_violated,
    format('%s has %s %s after phase %s; %s', c.name, v.found, v.stations, c.phase, format(v.words, v.expected)) as message
from counted as c
cross join lateral (select coalesce(c.before_count, 0) as before, coalesce(c.after_count, 0) as after, coalesce(c.l3_count, 0) as l3) as n
cross join lateral (values
    ('fewest', 'stations', 'it must have %s.', c.station_count_min, n.after, n.after < c.station_count_min, c.is_last and c.station_count_min > 0),
    ('most', 'stations in all', 'it may have %s.', greatest(c.station_count_max, n.before), n.after,
        n.after > greatest(c.station_count_max, n.before), c.station_count_max is not null),
    ('fewest L3', 'L3 stations', 'it must have %s.', c.l3_station_count_min, n.l3, n.l3 < c.l3_station_count_min,
        c.is_last and c.l3_station_count_min > 0)
) as v (what, stations, words, expected, found, is_violated, is_limited)
where v.is_limited;

comment on view audit.limit_area_station_limits is 'Planning areas with the stations that they have, must have and may have.';
comment on column audit.limit_area_station_limits.run_id is 'The run.';
comment on column audit.limit_area_station_limits.subject is 'What is limited, the area and phase.';
comment on column audit.limit_area_station_limits.expected is 'The limit; where more stood there before, their number.';
comment on column audit.limit_area_station_limits.found is 'Stations that the plan has there.';
comment on column audit.limit_area_station_limits.is_violated is 'True where the plan breaks the rule.';
comment on column audit.limit_area_station_limits.message is 'The violation in words.';
