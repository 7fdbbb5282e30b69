-- needs: raw.road_edge, raw.load
-- grain: one row per (source_id, record_number)

create view staging.road_edge as

select
    source_id,
    record_number,
    from_node_id,
    to_node_id,
    osm_way_ids,
    highway,
    name,
    length_m,
    speed_kmh,
    length_m / (speed_kmh * 1000 / 60) as duration_min,
    st_transform(geom, :metric_srid)::geometry(LineString, :metric_srid) as geom
from raw.road_edge
where load_id = (select load_id from raw.load where is_current);

comment on view staging.road_edge is 'Directed edges of the drive graph; a two-way street is two rows.';
comment on column staging.road_edge.source_id is 'The file it came from: staging.load_source.';
comment on column staging.road_edge.record_number is 'Place of the record in its file, from 1.';
comment on column staging.road_edge.from_node_id is 'Where travel begins.';
comment on column staging.road_edge.to_node_id is 'Where travel ends.';
comment on column staging.road_edge.osm_way_ids is 'OSM ways it is made of.';
comment on column staging.road_edge.highway is 'Road class.';
comment on column staging.road_edge.name is 'Street name, untrusted text.';
comment on column staging.road_edge.length_m is 'Length, metres.';
comment on column staging.road_edge.speed_kmh is 'Free-flow speed, km/h.';
comment on column staging.road_edge.duration_min is 'Minutes at free-flow speed.';
comment on column staging.road_edge.geom is 'Line in the direction of travel.';
