-- needs: report.run_demand, report.region, report.hexagon_size, core.hexagon_index
-- grain: one row per (run_id, edge_count, demand_id)

create view report.demand_zone as

select
    d.run_id,
    e.edge_count,
    d.demand_id,
    h.i,
    h.j,
    d.population,
    d.ev_count
from report.run_demand as d
cross join report.region as r
cross join report.hexagon_size as e
-- offset 0: place and number are worked out once, not wherever they stand in the formulas of the numbering
cross join lateral (
    -- numbered as ST_HexagonGrid does; a hundredth of an edge aside, as centres may lie where three large hexagons meet
    select st_makepoint((1.5 * d.i + 0.01) * r.hexagon_edge_m, (sqrt(3.0) * (d.j + 0.5 * (d.i & 1)) + 0.003) * r.hexagon_edge_m) as geom
    offset 0
) as p
cross join lateral (select i, j from core.hexagon_index(p.geom, e.edge_count * r.hexagon_edge_m) offset 0) as h
where d.i is not null;

comment on view report.demand_zone is 'The large hexagon that each hexagon of a published plan lies in with its centre, for several sizes.';
comment on column report.demand_zone.run_id is 'The run.';
comment on column report.demand_zone.edge_count is 'Edge of the large hexagon, in edges of a small one.';
comment on column report.demand_zone.demand_id is 'The small hexagon.';
comment on column report.demand_zone.i is 'Column of the large hexagon.';
comment on column report.demand_zone.j is 'Row of the large hexagon.';
comment on column report.demand_zone.population is 'People of the small hexagon.';
comment on column report.demand_zone.ev_count is 'Electric vehicles of the small hexagon; null when the region has no counts.';
