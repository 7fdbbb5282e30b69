-- needs: raw.boundary, raw.load
-- grain: one row per (source_id, record_number)

create view staging.boundary as

select
    source_id,
    record_number,
    st_multi(st_collectionextract(st_makevalid(st_transform(geom, :metric_srid)), 3))::geometry(MultiPolygon, :metric_srid) as geom
from raw.boundary
where load_id = (select load_id from raw.load where is_current);

comment on view staging.boundary is 'Outline of the region, in parts.';
comment on column staging.boundary.source_id is 'The file it came from: staging.load_source.';
comment on column staging.boundary.record_number is 'Place of the record in its file, from 1.';
comment on column staging.boundary.geom is 'Outline.';
