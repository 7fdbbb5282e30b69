-- needs: raw.projection, raw.load
-- grain: one row per (source_id, record_number)

create view staging.projection as

select source_id, record_number, planning_area_key, year, population
from raw.projection
where load_id = (select load_id from raw.load where is_current);

comment on view staging.projection is 'People expected in later years.';
comment on column staging.projection.source_id is 'The file it came from: staging.load_source.';
comment on column staging.projection.record_number is 'Place of the record in its file, from 1.';
comment on column staging.projection.planning_area_key is 'Key or name of the planning area; null for the whole region.';
comment on column staging.projection.year is 'Year, its middle.';
comment on column staging.projection.population is 'People.';
