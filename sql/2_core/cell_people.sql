-- needs: core.population_point
-- grain: one row per (cell_id)

create materialized view core.cell_people as

select
    p.cell_id,
    p.i,
    p.j,
    sum(p.population) as population,
    sum(p.dwelling_count) as dwelling_count,
    sum(p.household_count) as household_count,
    sum(p.apartment_count) as apartment_count,
    count(*) filter (where p.is_address) as address_count,
    st_setsrid(
        st_makepoint(sum(st_x(p.geom) * w.weight) / sum(w.weight), sum(st_y(p.geom) * w.weight) / sum(w.weight)), :metric_srid
    )::geometry(Point, :metric_srid) as point_geom
from core.population_point as p
cross join lateral (select greatest(p.population, p.household_count, 0) as weight) as w
where w.weight > 0
group by p.cell_id, p.i, p.j
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
