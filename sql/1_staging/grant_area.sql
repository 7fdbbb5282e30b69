-- needs: raw.grant_area, raw.load
-- grain: one row per (source_id, record_number)

create view staging.grant_area as

select
    source_id,
    record_number,
    area_kind,
    name,
    st_makevalid(st_transform(geom, :metric_srid))::geometry(Geometry, :metric_srid) as geom
from raw.grant_area
where load_id = (select load_id from raw.load where is_current);

comment on view staging.grant_area is 'Areas that grant programs speak of, as layers of the region have them.';
comment on column staging.grant_area.source_id is 'The file it came from: staging.load_source.';
comment on column staging.grant_area.record_number is 'Place of the record in its file, from 1.';
comment on column staging.grant_area.area_kind is 'Kind of area, such as corridor.';
comment on column staging.grant_area.name is 'Name of the area, untrusted text.';
comment on column staging.grant_area.geom is 'Outline.';
