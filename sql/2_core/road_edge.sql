-- needs: staging.road_edge
-- grain: one row per (edge_id)

create materialized view core.road_edge as

with direction as (
    select distinct on (st_asbinary(geom)) *, st_asbinary(geom) as line, st_asbinary(st_reverse(geom)) as reverse_line
    from staging.road_edge
    order by st_asbinary(geom), duration_min, highway, name, source_id, record_number
)

select
    row_number() over (order by f.from_node_id, f.to_node_id, f.line, f.source_id, f.record_number)::integer as edge_id,
    f.from_node_id,
    f.to_node_id,
    f.length_m,
    f.duration_min as forward_min,
    b.duration_min as backward_min,
    f.highway,
    f.name,
    f.source_id,
    f.record_number,
    b.source_id as backward_source_id,
    b.record_number as backward_record_number,
    f.geom
from direction as f
left join direction as b on b.line = f.reverse_line
-- of a two-way street one direction stays; the other has become its backward_min
where b.line is null or f.line <= f.reverse_line
with no data;

create unique index road_edge_key on core.road_edge (edge_id);
create index road_edge_geom_idx on core.road_edge using gist (geom);

comment on materialized view core.road_edge is 'Pieces of street between junctions, both directions in one row.';
comment on column core.road_edge.edge_id is 'Number of the piece within the load.';
comment on column core.road_edge.from_node_id is 'Junction where its line begins.';
comment on column core.road_edge.to_node_id is 'Junction where its line ends.';
comment on column core.road_edge.length_m is 'Length along the great circle, metres.';
comment on column core.road_edge.forward_min is 'Minutes along the line; never null.';
comment on column core.road_edge.backward_min is 'Minutes against the line; null where that is not allowed.';
comment on column core.road_edge.highway is 'Road class.';
comment on column core.road_edge.name is 'Street name, untrusted text.';
comment on column core.road_edge.source_id is 'The file it came from: staging.load_source.';
comment on column core.road_edge.record_number is 'Place of the record in its file, from 1.';
comment on column core.road_edge.backward_source_id is 'The file of the other direction, where there is one.';
comment on column core.road_edge.backward_record_number is 'The record of the other direction.';
comment on column core.road_edge.geom is 'Line.';
