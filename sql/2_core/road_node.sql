-- needs: staging.road_node
-- grain: one row per (node_id)

create materialized view core.road_node as

select distinct on (node_id) node_id, source_id, record_number, geom
from staging.road_node
order by node_id, source_id, record_number
with no data;

create unique index road_node_key on core.road_node (node_id);
create index road_node_geom_idx on core.road_node using gist (geom);

comment on materialized view core.road_node is 'Junctions and ends of streets.';
comment on column core.road_node.node_id is 'OSM node id.';
comment on column core.road_node.source_id is 'The file it came from: staging.load_source.';
comment on column core.road_node.record_number is 'Place of the record in its file, from 1.';
comment on column core.road_node.geom is 'Place.';
