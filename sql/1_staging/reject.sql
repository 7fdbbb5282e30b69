-- needs: raw.reject, raw.load
-- grain: one row per (reject_id)

create view staging.reject as

select reject_id, source_id, source, file_name, record, field, reason, population, is_outside, record_count
from raw.reject
where load_id = (select load_id from raw.load where is_current);

comment on view staging.reject is 'Records of the current load that were not used, and why.';
comment on column staging.reject.reject_id is 'Number of the reject.';
comment on column staging.reject.source_id is 'The file: staging.load_source.';
comment on column staging.reject.source is 'Kind of source.';
comment on column staging.reject.file_name is 'File.';
comment on column staging.reject.record is 'Record number or key in the file.';
comment on column staging.reject.field is 'The field at fault.';
comment on column staging.reject.reason is 'Why it was not used.';
comment on column staging.reject.population is 'People lost with it, where it stood for people.';
comment on column staging.reject.is_outside is 'True when it is no fault: it lies outside the region, is closed to cars, or hangs together with nothing.';
comment on column staging.reject.record_count is 'Records meant.';
