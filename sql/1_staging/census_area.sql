-- needs: raw.census_area, raw.load
-- grain: one row per (source_id, record_number)

create view staging.census_area as

select
    source_id,
    record_number,
    area_key,
    planning_area_key,
    population,
    dwelling_count,
    household_count,
    apartment_count,
    median_income_cad,
    st_makevalid(st_transform(geom, :metric_srid))::geometry(Geometry, :metric_srid) as geom
from raw.census_area
where load_id = (select load_id from raw.load where is_current);

comment on view staging.census_area is 'Areas with people, as points or polygons, some without a place.';
comment on column staging.census_area.source_id is 'The file it came from: staging.load_source.';
comment on column staging.census_area.record_number is 'Place of the record in its file, from 1.';
comment on column staging.census_area.area_key is 'Key of the area.';
comment on column staging.census_area.planning_area_key is 'Municipality, where the source says so.';
comment on column staging.census_area.population is 'People.';
comment on column staging.census_area.dwelling_count is 'Private dwellings.';
comment on column staging.census_area.household_count is 'Occupied private dwellings.';
comment on column staging.census_area.apartment_count is 'Dwellings in apartment buildings.';
comment on column staging.census_area.median_income_cad is 'Median household income per year.';
comment on column staging.census_area.geom is 'Point or polygon; null when unknown.';
