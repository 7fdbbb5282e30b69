-- needs: core.census_area, core.census_area_address, core.address_claim, core.region, core.hexagon_index
-- grain: one row per (census_area_id, point_number); the points of an area share its people

create materialized view core.population_point as

with address as (
    select census_area_id, address_id, geom, 1 as weight
    from core.census_area_address
),

-- an area without addresses: its point, or its polygon cut along the hexagons, by surface
piece as (
    select c.census_area_id, null::integer as address_id, c.geom, 1 as weight
    from core.census_area as c
    where not c.is_polygon and c.inside_share > 0
        and not exists (select from core.address_claim as t where t.census_area_id = c.census_area_id)
    union all
    select c.census_area_id, null, st_pointonsurface(st_intersection(c.geom, h.geom)), st_area(st_intersection(c.geom, h.geom))
    from core.census_area as c
    cross join core.region as r
    join lateral st_hexagongrid(r.hexagon_edge_m, c.geom) as h on st_area(st_intersection(c.geom, h.geom)) > 0
    where c.is_polygon and c.inside_share > 0
        and not exists (select from core.address_claim as t where t.census_area_id = c.census_area_id)
),

point as (
    select *, weight / sum(weight) over (partition by census_area_id) as share
    from (select * from address union all select * from piece) as p
)

select
    c.census_area_id,
    row_number() over (partition by c.census_area_id order by p.address_id, st_x(p.geom), st_y(p.geom)) as point_number,
    -- readable and stable: column and row of the hexagon, each shifted to be positive
    (h.i + 500000) * 1000000::bigint + (h.j + 500000) as cell_id,
    h.i,
    h.j,
    c.population * s.share as population,
    c.dwelling_count * s.share as dwelling_count,
    c.household_count * s.share as household_count,
    c.apartment_count * s.share as apartment_count,
    p.address_id is not null as is_address,
    p.address_id,
    p.geom::geometry(Point, :metric_srid) as geom
from point as p
join core.census_area as c using (census_area_id)
cross join core.region as r
cross join lateral core.hexagon_index(p.geom, r.hexagon_edge_m) as h
cross join lateral (select p.share * coalesce(c.inside_share, 1)) as s (share)
with no data;

create unique index population_point_key on core.population_point (census_area_id, point_number);
create index population_point_cell_idx on core.population_point (cell_id);

comment on materialized view core.population_point is 'Where people live: addresses, else the point of their area, else pieces of its polygon.';
comment on column core.population_point.census_area_id is 'The census area.';
comment on column core.population_point.point_number is 'Number of the point in its area.';
comment on column core.population_point.cell_id is 'The hexagon it lies in.';
comment on column core.population_point.i is 'Column of the hexagon.';
comment on column core.population_point.j is 'Row of the hexagon.';
comment on column core.population_point.population is 'People.';
comment on column core.population_point.dwelling_count is 'Private dwellings.';
comment on column core.population_point.household_count is 'Occupied private dwellings.';
comment on column core.population_point.apartment_count is 'Dwellings in apartment buildings.';
comment on column core.population_point.is_address is 'True for an address.';
comment on column core.population_point.address_id is 'The address; null for a piece of an area.';
comment on column core.population_point.geom is 'Place.';
