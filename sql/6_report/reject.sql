-- needs: staging.reject
-- grain: one row per (reject_id)

create view report.reject as

select reject_id, source, file_name, record, field, reason, population, is_outside, record_count
from staging.reject;

comment on view report.reject is 'Records that were not used, and why.';
comment on column report.reject.reject_id is 'Number of the reject.';
comment on column report.reject.source is 'Kind of source.';
comment on column report.reject.file_name is 'File.';
comment on column report.reject.record is 'Record number or key in the file.';
comment on column report.reject.field is 'The field at fault.';
comment on column report.reject.reason is 'Why it was not used.';
comment on column report.reject.population is 'People lost with it, where it stood for people.';
comment on column report.reject.is_outside is 'True when it is no fault: it lies outside the region, is closed to cars, or hangs together with nothing.';
comment on column report.reject.record_count is 'Records meant.';
