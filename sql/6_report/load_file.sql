-- needs: staging.load_source_history
-- grain: one row per (load_id, source_id)

create view report.load_file as

select
    load_id,
    source_id,
    source,
    file_name,
    sha256,
    row_count,
    reject_count,
    licence,
    attribution,
    data_date,
    url,
    fetched_at
from staging.load_source_history;

comment on view report.load_file is 'The files of each load that is kept.';
comment on column report.load_file.load_id is 'Number of the load.';
comment on column report.load_file.source_id is 'Number of the file within its load.';
comment on column report.load_file.source is 'Kind of source.';
comment on column report.load_file.file_name is 'File.';
comment on column report.load_file.sha256 is 'SHA-256 of the file.';
comment on column report.load_file.row_count is 'Records kept.';
comment on column report.load_file.reject_count is 'Records rejected.';
comment on column report.load_file.licence is 'Licence.';
comment on column report.load_file.attribution is 'Line to show with the data.';
comment on column report.load_file.data_date is 'Date of the data.';
comment on column report.load_file.url is 'Where it was fetched, if it was.';
comment on column report.load_file.fetched_at is 'When it was fetched.';
