-- needs: staging.load_source
-- grain: one row per (source_id)

create view report.load_source as

select source_id, source, file_name, row_count, reject_count, licence, attribution, data_date, retrieved_on, url,
    fetched_at
from staging.load_source;

comment on view report.load_source is 'Files that the results rest on, with their licences.';
comment on column report.load_source.source_id is 'Number of the source.';
comment on column report.load_source.source is 'Kind of source.';
comment on column report.load_source.file_name is 'File.';
comment on column report.load_source.row_count is 'Records kept.';
comment on column report.load_source.reject_count is 'Records rejected.';
comment on column report.load_source.licence is 'Licence.';
comment on column report.load_source.attribution is 'Line to show with the data.';
comment on column report.load_source.data_date is 'Date of the data.';
comment on column report.load_source.retrieved_on is 'Day it was retrieved.';
comment on column report.load_source.url is 'Address it was fetched from; null for a file given.';
comment on column report.load_source.fetched_at is 'When the address was last known to give it.';
