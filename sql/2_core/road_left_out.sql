-- needs: staging.road_left_out, staging.road_edge, core.region
-- grain: one row per (source_id, record_number)

create materialized view core.road_left_out as

select l.source_id, l.record_number, l.part_number, l.osm_way_id, l.highway, l.name, l.length_m, l.geom
from staging.road_left_out as l
join core.region as r on r.is_stand_in or st_intersects(l.geom, r.geom)
-- what one extract cuts off, another that overlaps it may hold together
where not exists (select from staging.road_edge as e where e.source_id <> l.source_id and l.osm_way_id = any (e.osm_way_ids))
with no data;

create unique index road_left_out_key on core.road_left_out (source_id, record_number);
create index road_left_out_geom_idx on core.road_left_out using gist (geom);

comment on materialized view core.road_left_out is 'Streets of the region that are no part of the network, as nothing joins them to it.';
comment on column core.road_left_out.source_id is 'The file it came from: staging.load_source.';
comment on column core.road_left_out.record_number is 'Place of the record in its file, from 1.';
comment on column core.road_left_out.part_number is 'Part of the network in its file, from 2.';
comment on column core.road_left_out.osm_way_id is 'OSM way it is a piece of.';
comment on column core.road_left_out.highway is 'Road class.';
comment on column core.road_left_out.name is 'Street name, untrusted text.';
comment on column core.road_left_out.length_m is 'Length along the great circle, metres.';
comment on column core.road_left_out.geom is 'Line.';
