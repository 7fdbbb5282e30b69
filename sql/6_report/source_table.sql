-- needs: core.source_table
-- grain: one row per (source_id, record_table)

create view report.source_table as

select source_id, record_table
from core.source_table;

comment on view report.source_table is 'Which tables of records each file has filled: what a view reads of them leads to the file.';
comment on column report.source_table.source_id is 'The file: report.load_source.';
comment on column report.source_table.record_table is 'Table of raw, without the schema.';
