-- needs: core.source_remark, staging.load_source
-- grain: one row per (source_id, record_number, field, remark)

create view report.source_remark as

select r.source_id, r.record_number, r.record_key, s.source, s.file_name, r.field, r.remark
from core.source_remark as r
join staging.load_source as s using (source_id);

comment on view report.source_remark is 'Records that contradict themselves, and how they are read.';
comment on column report.source_remark.source_id is 'Number of the file within the load.';
comment on column report.source_remark.record_number is 'Place of the record in its file, from 1.';
comment on column report.source_remark.record_key is 'Key of the record in its source.';
comment on column report.source_remark.source is 'Kind of source.';
comment on column report.source_remark.file_name is 'File.';
comment on column report.source_remark.field is 'The field.';
comment on column report.source_remark.remark is 'What is odd, and what it is taken for.';
