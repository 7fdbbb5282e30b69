-- needs: report.published_run, plan.demand_coverage, core.demand_cell, core.cell_people,
--   core.reference_demand_point
-- grain: one row per (run_id, demand_id)

create view report.run_demand as

select
    -- the same in every query: a demand_id has twelve digits at most
    p.run_id * 1000000000000 + s.demand_id as run_demand_id,
    p.run_id,
    s.demand_id,
    h.i,
    h.j,
    c.population,
    c.ev_count,
    coalesce(c.geom, q.geom)::geometry(Geometry, :metric_srid) as geom
from report.published_run as p
cross join lateral (select distinct demand_id from plan.demand_coverage where plan.demand_coverage.run_id = p.run_id) as s
left join core.demand_cell as c on p.demand_kind = 'cell' and c.cell_id = s.demand_id
left join core.cell_people as h on h.cell_id = c.cell_id
left join core.reference_demand_point as q
    on p.demand_kind = 'reference_point' and q.reference_demand_point_id = s.demand_id;

comment on view report.run_demand is 'What a published plan has to cover: hexagons, or points of a study.';
comment on column report.run_demand.run_demand_id is 'Key for GIS clients: run and demand.';
comment on column report.run_demand.run_id is 'The run.';
comment on column report.run_demand.demand_id is 'Hexagon, or point of a study.';
comment on column report.run_demand.i is 'Column of the hexagon; null for points of a study.';
comment on column report.run_demand.j is 'Row of the hexagon; null for points of a study.';
comment on column report.run_demand.population is 'People; null for points of a study.';
comment on column report.run_demand.ev_count is 'Electric vehicles; null for points of a study.';
comment on column report.run_demand.geom is 'The hexagon, or the point.';
