-- needs: raw.load_source, raw.load
-- grain: one row per (source_id)

create view staging.load_source as

select
    source_id,
    source,
    loader,
    file_name,
    sha256,
    size_bytes,
    loader_version,
    row_count,
    reject_count,
    licence,
    attribution,
    data_date,
    data_until,
    retrieved_on,
    url,
    fetched_at,
    st_transform(covers, :metric_srid)::geometry(Geometry, :metric_srid) as covers
from raw.load_source
where load_id = (select load_id from raw.load where is_current);

comment on view staging.load_source is 'Where each record of the current load came from.';
comment on column staging.load_source.source_id is 'Number of the source.';
comment on column staging.load_source.source is 'Kind of source, such as roads or afdc.';
comment on column staging.load_source.loader is 'The loader that read it.';
comment on column staging.load_source.file_name is 'File.';
comment on column staging.load_source.sha256 is 'SHA-256 of the file.';
comment on column staging.load_source.size_bytes is 'Size of the file.';
comment on column staging.load_source.loader_version is 'Version of the loader.';
comment on column staging.load_source.row_count is 'Records kept.';
comment on column staging.load_source.reject_count is 'Records rejected.';
comment on column staging.load_source.licence is 'Licence.';
comment on column staging.load_source.attribution is 'Line to show with the data.';
comment on column staging.load_source.data_date is 'Date of the data.';
comment on column staging.load_source.data_until is 'Last day that its date speaks of; null where it names none.';
comment on column staging.load_source.retrieved_on is 'Day it was retrieved.';
comment on column staging.load_source.url is 'Address it was fetched from; null for a file given.';
comment on column staging.load_source.fetched_at is 'When the address was last known to give it.';
comment on column staging.load_source.covers is 'Area that a list of stations speaks of; null for the whole region.';
