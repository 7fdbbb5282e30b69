-- needs: raw.road_left_out, raw.load
-- grain: one row per (source_id, record_number)

create view staging.road_left_out as

select
    source_id,
    record_number,
    part_number,
    osm_way_id,
    highway,
    name,
    length_m,
    st_transform(geom, :metric_srid)::geometry(LineString, :metric_srid) as geom
from raw.road_left_out
where load_id = (select load_id from raw.load where is_current);

comment on view staging.road_left_out is 'Streets of those parts of the drive network that are not connected with the largest.';
comment on column staging.road_left_out.source_id is 'The file it came from: staging.load_source.';
comment on column staging.road_left_out.record_number is 'Place of the record in its file, from 1.';
comment on column staging.road_left_out.part_number is 'Part of the network in its file, from 2.';
comment on column staging.road_left_out.osm_way_id is 'OSM way it is a piece of.';
comment on column staging.road_left_out.highway is 'Road class.';
comment on column staging.road_left_out.name is 'Street name, untrusted text.';
comment on column staging.road_left_out.length_m is 'Length along the great circle, metres.';
comment on column staging.road_left_out.geom is 'Line.';
