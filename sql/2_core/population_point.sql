-- needs: core.census_area, core.census_group, core.address, core.address_claim, core.free_address, core.region, core.hexagon_index
-- grain: one row per (census_group_id, point_number); the points of a group share its people

create materialized view core.population_point as

with claim as (
    select census_area_id as census_group_id, address_id from core.address_claim
    union all
    select g.census_group_id, f.address_id
    from core.census_group as g
    join core.free_address as f using (planning_area_id)
),

-- an area without addresses: its point, or its polygon cut along the hexagons, by surface
piece as (
    select c.census_area_id, c.geom, 1 as weight
    from core.census_area as c
    where not c.is_polygon and c.inside_share > 0
        and not exists (select from core.address_claim as t where t.census_area_id = c.census_area_id)
    union all
    select c.census_area_id, st_pointonsurface(p.geom), st_area(p.geom)
    from core.census_area as c
    cross join core.region as r
    cross join lateral st_hexagongrid(r.hexagon_edge_m, c.geom) as h
    cross join lateral (select st_intersection(c.geom, h.geom) as geom) as p
    where c.is_polygon and c.inside_share > 0 and st_area(p.geom) > 0
        and not exists (select from core.address_claim as t where t.census_area_id = c.census_area_id)
),

point as (
    select t.census_group_id, t.address_id, a.geom, 1 as weight
    from claim as t
    join core.address as a using (address_id)
    union all
    select census_area_id, null, geom, weight from piece
),

share as (
    select
        census_group_id, address_id, geom,
        row_number() over g as point_number,
        weight / sum(weight) over (g rows between unbounded preceding and unbounded following) as share
    from point
    window g as (partition by census_group_id order by address_id, st_x(geom), st_y(geom))
)

select
    g.census_group_id,
    p.point_number,
    -- readable and stable: column and row of the hexagon, each shifted to be positive
    (h.i + 500000) * 1000000::bigint + (h.j + 500000) as cell_id,
    h.i,
    h.j,
    g.population * p.share as population,
    g.dwelling_count * p.share as dwelling_count,
    g.household_count * p.share as household_count,
    g.apartment_count * p.share as apartment_count,
    g.weight * p.share as weight,
    p.address_id,
    p.geom::geometry(Point, :metric_srid) as geom
from share as p
join core.census_group as g using (census_group_id)
cross join core.region as r
cross join lateral core.hexagon_index(p.geom, r.hexagon_edge_m) as h
with no data;

create unique index population_point_key on core.population_point (census_group_id, point_number);
create index population_point_cell_idx on core.population_point (cell_id);

comment on materialized view core.population_point is 'Where people live: addresses, else the point of their area, else pieces of its polygon.';
comment on column core.population_point.census_group_id is 'The area, or areas that share it: core.census_group.';
comment on column core.population_point.point_number is 'Number of the point in its group.';
comment on column core.population_point.cell_id is 'The hexagon it lies in.';
comment on column core.population_point.i is 'Column of the hexagon.';
comment on column core.population_point.j is 'Row of the hexagon.';
comment on column core.population_point.population is 'People.';
comment on column core.population_point.dwelling_count is 'Private dwellings.';
comment on column core.population_point.household_count is 'Occupied private dwellings.';
comment on column core.population_point.apartment_count is 'Dwellings in apartment buildings.';
comment on column core.population_point.weight is 'People, or households where an area has more of them.';
comment on column core.population_point.address_id is 'The address; null for a piece of an area.';
comment on column core.population_point.geom is 'Place.';
