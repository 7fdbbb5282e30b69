-- needs: core.road_edge, staging.road_edge
-- grain: one row per (edge_id, record_table, source_id, record_number)

create view core.road_edge_origin as

with direction as (
    select edge_id, source_id, record_number
    from core.road_edge
    union all
    select edge_id, backward_source_id, backward_record_number
    from core.road_edge
    where backward_source_id is not null
)

select
    d.edge_id,
    'road_edge' as record_table,
    d.source_id,
    d.record_number,
    'way ' || array_to_string(s.osm_way_ids, ', ') as record_key
from direction as d
join staging.road_edge as s using (source_id, record_number);

comment on view core.road_edge_origin is 'Where pieces of street come from: a record for each direction.';
comment on column core.road_edge_origin.edge_id is 'Piece of street.';
comment on column core.road_edge_origin.record_table is 'Table of raw, without the schema.';
comment on column core.road_edge_origin.source_id is 'The file: staging.load_source.';
comment on column core.road_edge_origin.record_number is 'Place of the record in its file, from 1.';
comment on column core.road_edge_origin.record_key is 'Key of the record in its source.';
