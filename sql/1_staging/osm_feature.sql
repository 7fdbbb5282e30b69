-- needs: raw.osm_feature, raw.load
-- grain: one row per (source_id, record_number)

create view staging.osm_feature as

select
    source_id,
    record_number,
    osm_type,
    osm_id,
    left(osm_type, 1) || osm_id as feature_key,
    feature_kind,
    name,
    tags,
    st_makevalid(st_transform(geom, :metric_srid))::geometry(Geometry, :metric_srid) as geom
from raw.osm_feature
where load_id = (select load_id from raw.load where is_current);

comment on view staging.osm_feature is 'Places of OpenStreetMap.';
comment on column staging.osm_feature.source_id is 'The file it came from: staging.load_source.';
comment on column staging.osm_feature.record_number is 'Place of the record in its file, from 1.';
comment on column staging.osm_feature.osm_type is 'node, way or relation.';
comment on column staging.osm_feature.osm_id is 'OSM id.';
comment on column staging.osm_feature.feature_key is 'Key such as n123 or w45.';
comment on column staging.osm_feature.feature_kind is 'poi, parking, land_use, substation or charging_station.';
comment on column staging.osm_feature.name is 'Name, untrusted text.';
comment on column staging.osm_feature.tags is 'All tags.';
comment on column staging.osm_feature.geom is 'Point or polygon.';
