-- needs: raw.load_source
-- grain: one row per (load_id, source_id); of every load that was not pruned

create view staging.load_source_history as

select
    load_id,
    source_id,
    source,
    file_name,
    sha256,
    size_bytes,
    row_count,
    reject_count,
    licence,
    attribution,
    data_date,
    retrieved_on,
    url,
    fetched_at
from raw.load_source;

comment on view staging.load_source_history is 'The files of all loads that are kept.';
comment on column staging.load_source_history.load_id is 'Number of the load.';
comment on column staging.load_source_history.source_id is 'Number of the file within its load.';
comment on column staging.load_source_history.source is 'Kind of source.';
comment on column staging.load_source_history.file_name is 'File.';
comment on column staging.load_source_history.sha256 is 'SHA-256 of the file.';
comment on column staging.load_source_history.size_bytes is 'Size of the file.';
comment on column staging.load_source_history.row_count is 'Records kept.';
comment on column staging.load_source_history.reject_count is 'Records rejected.';
comment on column staging.load_source_history.licence is 'Licence.';
comment on column staging.load_source_history.attribution is 'Line to show with the data.';
comment on column staging.load_source_history.data_date is 'Date of the data.';
comment on column staging.load_source_history.retrieved_on is 'Day it was retrieved.';
comment on column staging.load_source_history.url is 'Where it was fetched, if it was.';
comment on column staging.load_source_history.fetched_at is 'When it was fetched.';
