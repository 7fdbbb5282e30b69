-- needs: audit.port, audit.audited_run, plan.scenario_level, core.site, core.demand_cell, core.reference_demand_point,
--   analysis.road_distance
-- grain: one row per (run_id, phase, level, demand_id, site_id)

create view audit.covering_site as

select p.run_id, p.phase, p.level, d.demand_id, p.site_id
from audit.port as p
join audit.audited_run as r on r.run_id = p.run_id
join plan.scenario_level as l on l.scenario_id = p.scenario_id and l.level = p.level
join core.site as c on c.site_id = p.site_id
cross join lateral (
    select cell_id as demand_id from analysis.road_distance
    where r.distance_kind = 'road' and site_id = p.site_id and distance_m <= l.service_distance_m
    union all
    select cell_id from core.demand_cell
    where r.distance_kind = 'straight_line' and r.demand_kind = 'cell' and st_dwithin(point_geom, c.geom, l.service_distance_m)
    union all
    select reference_demand_point_id from core.reference_demand_point
    where r.distance_kind = 'straight_line' and r.demand_kind = 'reference_point' and st_dwithin(geom, c.geom, l.service_distance_m)
) as d;

comment on view audit.covering_site is 'Sites with ports of a level within whose service distance a demand lies, whether it has any weight or not.';
comment on column audit.covering_site.run_id is 'The run.';
comment on column audit.covering_site.phase is 'The phase, at its end; 0 for what stands before the plan.';
comment on column audit.covering_site.level is 'The level.';
comment on column audit.covering_site.demand_id is 'The demand: a cell or a reference point.';
comment on column audit.covering_site.site_id is 'The site.';
