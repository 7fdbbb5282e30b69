-- needs: raw.road_node, raw.load
-- grain: one row per (source_id, record_number)

create view staging.road_node as

select
    source_id,
    record_number,
    node_id,
    st_transform(geom, :metric_srid)::geometry(Point, :metric_srid) as geom
from raw.road_node
where load_id = (select load_id from raw.load where is_current);

comment on view staging.road_node is 'Junctions and ends of the drive graph.';
comment on column staging.road_node.source_id is 'The file it came from: staging.load_source.';
comment on column staging.road_node.record_number is 'Place of the record in its file, from 1.';
comment on column staging.road_node.node_id is 'OSM node id.';
comment on column staging.road_node.geom is 'Place.';
