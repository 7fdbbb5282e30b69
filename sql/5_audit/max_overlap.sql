-- needs: plan.scenario, plan.scenario_rule, plan.scenario_level, plan.scenario_limit, plan.demand_coverage, audit.plan_site, core.site,
--   core.demand_cell, core.reference_demand_point, analysis.road_distance
-- grain: one row per (run_id, subject)

create view audit.max_overlap as

with l3 as not materialized (
    select p.run_id, p.phase, p.site_id, p.l3_port_count_before > 0 as is_before, p.l3_port_count_after > 0 as is_after,
        n.demand_kind, n.distance_kind, k.service_distance_m, l.overlap_station_count_max, c.geom
    from audit.plan_site as p
    join plan.scenario as n on n.scenario_id = p.scenario_id
    join plan.scenario_rule as u on u.scenario_id = p.scenario_id and u.rule = 'max_overlap' and u.is_on
    join plan.scenario_limit as l on l.scenario_id = p.scenario_id
    join plan.scenario_level as k on k.scenario_id = p.scenario_id and k.level = 'L3'
    join core.site as c on c.site_id = p.site_id
    where p.l3_port_count_before > 0 or p.l3_port_count_after > 0
),

reached as (
    select s.run_id, s.phase, d.demand_id, count(*) filter (where s.is_after) as station_count,
        greatest(s.overlap_station_count_max, count(*) filter (where s.is_before)) as station_count_max
    from l3 as s
    cross join lateral (
        select cell_id as demand_id from analysis.road_distance
        where s.distance_kind = 'road' and site_id = s.site_id and distance_m <= s.service_distance_m
        union all
        select cell_id from core.demand_cell
        where s.distance_kind = 'straight_line' and s.demand_kind = 'cell' and st_dwithin(point_geom, s.geom, s.service_distance_m)
        union all
        select reference_demand_point_id from core.reference_demand_point
        where s.distance_kind = 'straight_line' and s.demand_kind = 'reference_point' and st_dwithin(geom, s.geom, s.service_distance_m)
    ) as d
    group by s.run_id, s.phase, d.demand_id, s.overlap_station_count_max
)

select
    r.run_id,
    format('demand %s, phase %s', r.demand_id, r.phase) as subject,
    r.station_count_max::double precision as expected,
    r.station_count::double precision as found,
    format(
        '%s L3 stations reach demand %s after phase %s; %s may.', r.station_count, r.demand_id, r.phase, r.station_count_max
    ) as message
from reached as r
-- only what the plan serves is a demand
join plan.demand_coverage as c on c.run_id = r.run_id and c.phase = r.phase and c.level = 'L3' and c.demand_id = r.demand_id
where r.station_count > r.station_count_max;

comment on view audit.max_overlap is 'Demands that more L3 stations reach than may, and more than did before the plan.';
comment on column audit.max_overlap.run_id is 'The run.';
comment on column audit.max_overlap.subject is 'The demand and phase.';
comment on column audit.max_overlap.expected is 'Most stations that may reach it.';
comment on column audit.max_overlap.found is 'Stations that do.';
comment on column audit.max_overlap.message is 'The violation in words.';
