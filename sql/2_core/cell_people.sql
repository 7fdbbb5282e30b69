-- needs: core.population_point, core.census_group
-- grain: one row per (cell_id)

create materialized view core.cell_people as

-- added up in the order of points, so that the same data gives the same digits whatever way the database takes
with point as (
    select p.*, g.area_count
    from core.population_point as p
    join core.census_group as g using (census_group_id)
    order by p.cell_id, p.census_group_id, p.point_number
)

select
    cell_id,
    min(i) as i,
    min(j) as j,
    sum(population) as population,
    sum(dwelling_count) as dwelling_count,
    sum(household_count) as household_count,
    sum(apartment_count) as apartment_count,
    coalesce(sum(area_count) filter (where address_id is not null), 0) as address_count,
    st_setsrid(
        st_makepoint(sum(st_x(geom) * weight) / sum(weight), sum(st_y(geom) * weight) / sum(weight)), :metric_srid
    )::geometry(Point, :metric_srid) as point_geom
from point
group by cell_id
with no data;

create unique index cell_people_key on core.cell_people (cell_id);
create index cell_people_point_idx on core.cell_people using gist (point_geom);

comment on materialized view core.cell_people is 'People per hexagon; hexagons without people are left out.';
comment on column core.cell_people.cell_id is 'Number of the hexagon.';
comment on column core.cell_people.i is 'Column of the hexagon.';
comment on column core.cell_people.j is 'Row of the hexagon.';
comment on column core.cell_people.population is 'People.';
comment on column core.cell_people.dwelling_count is 'Private dwellings.';
comment on column core.cell_people.household_count is 'Occupied private dwellings.';
comment on column core.cell_people.apartment_count is 'Dwellings in apartment buildings.';
comment on column core.cell_people.address_count is 'Addresses that people are placed on, once for each census area that shares them.';
comment on column core.cell_people.point_geom is 'Mean of its points, weighted by people.';
