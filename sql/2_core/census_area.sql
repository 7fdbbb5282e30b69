-- needs: staging.census_area, core.region, core.planning_area
-- grain: one row per (census_area_id)

create materialized view core.census_area as

with area as (
    select
        row_number() over (order by area_key, source_id, record_number)::integer as census_area_id,
        *,
        st_dimension(geom) = 2 as is_polygon
    from staging.census_area
)

select
    a.census_area_id,
    a.source_id,
    a.record_number,
    a.area_key,
    p.planning_area_id,
    case
        when a.geom is null and p.planning_area_id is not null then min(a.census_area_id) over (partition by p.planning_area_id, a.geom is null)
        else a.census_area_id
    end as census_group_id,
    a.population,
    a.dwelling_count,
    a.household_count,
    a.apartment_count,
    a.median_income_cad,
    a.is_polygon,
    case
        when a.geom is null then null
        when not a.is_polygon then st_dwithin(a.geom, r.geom, r.hexagon_edge_m)::integer
        when st_within(a.geom, r.geom) then 1
        else st_area(st_intersection(a.geom, r.geom)) / nullif(st_area(a.geom), 0)
    end::double precision as inside_share,
    case when a.is_polygon then st_intersection(a.geom, r.geom) else a.geom end::geometry(Geometry, :metric_srid) as geom
from area as a
cross join core.region as r
left join core.planning_area as p on p.area_key = a.planning_area_key
with no data;

create unique index census_area_key on core.census_area (census_area_id);
create index census_area_geom_idx on core.census_area using gist (geom);

comment on materialized view core.census_area is 'Areas with people: points, polygons, or no place at all.';
comment on column core.census_area.census_area_id is 'Number of the area within the load.';
comment on column core.census_area.source_id is 'The file it came from: staging.load_source.';
comment on column core.census_area.record_number is 'Place of the record in its file, from 1.';
comment on column core.census_area.area_key is 'Key of the area in its source.';
comment on column core.census_area.planning_area_id is 'Municipality the source names for it.';
comment on column core.census_area.census_group_id is 'The areas whose people are spread alike, by the number of the first: those of a municipality that have no place are one group, any other area is its own.';
comment on column core.census_area.population is 'People, inside the region or not.';
comment on column core.census_area.dwelling_count is 'Private dwellings.';
comment on column core.census_area.household_count is 'Occupied private dwellings.';
comment on column core.census_area.apartment_count is 'Dwellings in apartment buildings.';
comment on column core.census_area.median_income_cad is 'Median household income per year.';
comment on column core.census_area.is_polygon is 'True for a polygon, false for a point, null without a place.';
comment on column core.census_area.inside_share is 'Share of the area inside the region, by surface (a point within one hexagon edge is inside); null without a place.';
comment on column core.census_area.geom is 'Place, polygons clipped to the region.';
