-- needs: core.cell_people, core.cell_ev, core.planning_area, core.grid_area, core.region
-- grain: one row per (cell_id)

create materialized view core.demand_cell as

select
    c.cell_id,
    a.planning_area_id,
    g.grid_area_id,
    c.population,
    c.dwelling_count,
    c.household_count,
    c.apartment_count,
    e.ev_count,
    c.address_count,
    st_hexagon(r.hexagon_edge_m, c.i, c.j, 'SRID=:metric_srid;POINT(0 0)')::geometry(Polygon, :metric_srid) as geom,
    c.point_geom
from core.cell_people as c
cross join core.region as r
left join core.cell_ev as e using (cell_id)
-- outlines do not always meet: the nearest area is the one it lies in, or else the next
left join lateral (
    select n.planning_area_id
    -- by distance alone, which the index gives, with all that are exactly as near
    from (select planning_area_id from core.planning_area order by geom <-> c.point_geom fetch first 1 row with ties) as n
    order by n.planning_area_id
    limit 1
) as a on true
left join lateral (
    select n.grid_area_id
    from (select grid_area_id from core.grid_area order by geom <-> c.point_geom fetch first 1 row with ties) as n
    order by n.grid_area_id
    limit 1
) as g on true
with no data;

create unique index demand_cell_key on core.demand_cell (cell_id);
create index demand_cell_geom_idx on core.demand_cell using gist (geom);
create index demand_cell_point_idx on core.demand_cell using gist (point_geom);

comment on materialized view core.demand_cell is 'Hexagons where people live: what the plan serves.';
comment on column core.demand_cell.cell_id is 'Number of the hexagon, the same in every load with this hexagon edge.';
comment on column core.demand_cell.planning_area_id is 'Municipality or district.';
comment on column core.demand_cell.grid_area_id is 'Grid area.';
comment on column core.demand_cell.population is 'People.';
comment on column core.demand_cell.dwelling_count is 'Private dwellings; null when the source has none.';
comment on column core.demand_cell.household_count is 'Occupied private dwellings; null when the source has none.';
comment on column core.demand_cell.apartment_count is 'Dwellings in apartment buildings; null when the source has none.';
comment on column core.demand_cell.ev_count is 'Electric vehicles; null when the region has no counts.';
comment on column core.demand_cell.address_count is 'Addresses that people are placed on, once for each census area that shares them.';
comment on column core.demand_cell.geom is 'Hexagon.';
comment on column core.demand_cell.point_geom is 'Centre of its people.';
