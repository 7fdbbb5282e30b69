-- needs: raw.postal_area, raw.load
-- grain: one row per (source_id, record_number)

create view staging.postal_area as

select
    source_id,
    record_number,
    postal_area_key,
    st_multi(st_collectionextract(st_makevalid(st_transform(geom, :metric_srid)), 3))::geometry(MultiPolygon, :metric_srid) as geom
from raw.postal_area
where load_id = (select load_id from raw.load where is_current);

comment on view staging.postal_area is 'Outlines of postal areas.';
comment on column staging.postal_area.source_id is 'The file it came from: staging.load_source.';
comment on column staging.postal_area.record_number is 'Place of the record in its file, from 1.';
comment on column staging.postal_area.postal_area_key is 'Postal area.';
comment on column staging.postal_area.geom is 'Outline.';
