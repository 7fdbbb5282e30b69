-- needs: raw.job_area, raw.load
-- grain: one row per (source_id, record_number)

create view staging.job_area as

select
    source_id,
    record_number,
    area_key,
    job_count,
    st_makevalid(st_transform(geom, :metric_srid))::geometry(Geometry, :metric_srid) as geom
from raw.job_area
where load_id = (select load_id from raw.load where is_current);

comment on view staging.job_area is 'Where people work: points or polygons with a number of jobs.';
comment on column staging.job_area.source_id is 'The file it came from: staging.load_source.';
comment on column staging.job_area.record_number is 'Place of the record in its file, from 1.';
comment on column staging.job_area.area_key is 'Key of the place or area.';
comment on column staging.job_area.job_count is 'Jobs.';
comment on column staging.job_area.geom is 'Point or polygon.';
