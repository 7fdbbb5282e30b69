-- needs: core.origin, core.region, staging.load_source
-- grain: one row per (entity, row_key, record_table, source_id, record_number)

create view report.lineage as

select
    o.entity,
    o.row_key,
    r.load_id,
    o.source_id,
    s.source,
    s.file_name,
    o.record_table,
    o.record_number,
    o.record_key,
    s.sha256,
    s.url,
    s.licence,
    s.attribution,
    s.data_date
from core.origin as o
join staging.load_source as s using (source_id)
cross join core.region as r;

comment on view report.lineage is 'The chain from a row of core to its records, their file, its checksum and licence.';
comment on column report.lineage.entity is 'View of core, without the schema.';
comment on column report.lineage.row_key is 'Key of its row, as text.';
comment on column report.lineage.load_id is 'The load.';
comment on column report.lineage.source_id is 'Number of the file within the load.';
comment on column report.lineage.source is 'Kind of source.';
comment on column report.lineage.file_name is 'File.';
comment on column report.lineage.record_table is 'Table of raw that holds the record.';
comment on column report.lineage.record_number is 'Place of the record in its file, from 1; of a map, in the order it was read.';
comment on column report.lineage.record_key is 'Key of the record in its source.';
comment on column report.lineage.sha256 is 'SHA-256 of the file.';
comment on column report.lineage.url is 'Where it was fetched, if it was.';
comment on column report.lineage.licence is 'Licence of the data.';
comment on column report.lineage.attribution is 'Line to show with the data.';
comment on column report.lineage.data_date is 'Date of the data.';
