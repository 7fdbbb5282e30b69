-- needs: core.record_use, staging.load_source
-- grain: one row per (record_use_id)

create view report.record_use as

select
    row_number() over (order by u.source_id, u.record_table, u.record_kind) as record_use_id,
    s.source,
    s.file_name,
    u.record_kind,
    u.record_count,
    u.used_count,
    u.left_out_count
from core.record_use as u
join staging.load_source as s using (source_id);

comment on view report.record_use is 'Records of each file that were read, and how many of them nothing was made of.';
comment on column report.record_use.record_use_id is 'Key for GIS clients.';
comment on column report.record_use.source is 'Kind of source.';
comment on column report.record_use.file_name is 'File.';
comment on column report.record_use.record_kind is 'What the records are.';
comment on column report.record_use.record_count is 'Records read.';
comment on column report.record_use.used_count is 'Records that something was made of.';
comment on column report.record_use.left_out_count is 'The others: outside the region, of no kind that matters, closed, or there before.';
