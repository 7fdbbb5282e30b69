-- needs: core.grid_feeder_part
-- grain: one row per (grid_feeder_id, source_id, record_number)

create view core.grid_feeder_origin as

select
    grid_feeder_id,
    'grid_feeder' as record_table,
    source_id,
    record_number,
    coalesce(feeder_key, 'record ' || record_number) as record_key
from core.grid_feeder_part;

comment on view core.grid_feeder_origin is 'The records that each feeder is made of.';
comment on column core.grid_feeder_origin.grid_feeder_id is 'Feeder.';
comment on column core.grid_feeder_origin.record_table is 'Table of raw, without the schema.';
comment on column core.grid_feeder_origin.source_id is 'The file: staging.load_source.';
comment on column core.grid_feeder_origin.record_number is 'Place of the record in its file, from 1.';
comment on column core.grid_feeder_origin.record_key is 'Key of the record in its source.';
