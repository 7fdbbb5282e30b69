-- needs: raw.record_remark, raw.load
-- grain: one row per (remark_id)

create view staging.record_remark as

select remark_id, source_id, record_number, record, field, remark
from raw.record_remark
where load_id = (select load_id from raw.load where is_current);

comment on view staging.record_remark is 'Values of the current load that could not be used in records that were kept.';
comment on column staging.record_remark.remark_id is 'Number of the remark.';
comment on column staging.record_remark.source_id is 'The file: staging.load_source.';
comment on column staging.record_remark.record_number is 'Place of the record in its file, from 1.';
comment on column staging.record_remark.record is 'Record number and key in the file.';
comment on column staging.record_remark.field is 'The field at fault.';
comment on column staging.record_remark.remark is 'What is wrong with its value, and what it is taken for.';
