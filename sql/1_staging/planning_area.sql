-- needs: raw.planning_area, raw.load
-- grain: one row per (source_id, record_number)

create view staging.planning_area as

select
    source_id,
    record_number,
    area_key,
    name,
    st_multi(st_collectionextract(st_makevalid(st_transform(geom, :metric_srid)), 3))::geometry(MultiPolygon, :metric_srid) as geom
from raw.planning_area
where load_id = (select load_id from raw.load where is_current);

comment on view staging.planning_area is 'Municipalities or districts.';
comment on column staging.planning_area.source_id is 'The file it came from: staging.load_source.';
comment on column staging.planning_area.record_number is 'Place of the record in its file, from 1.';
comment on column staging.planning_area.area_key is 'Key of the area.';
comment on column staging.planning_area.name is 'Name.';
comment on column staging.planning_area.geom is 'Outline.';
