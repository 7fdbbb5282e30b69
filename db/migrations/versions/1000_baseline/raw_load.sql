-- Loads, the files that they read, and what they left out, remarked or assumed.

create schema raw;
comment on schema raw is 'What was brought in, record by record; written by etl alone.';

create table raw.load (
    load_id bigint generated always as identity primary key,
    region text not null,
    title text not null,
    is_synthetic boolean not null,
    metric_srid integer not null,
    region_file text not null,
    region_sha256 text not null,
    content_sha256 text not null,
    loader_version text not null,
    loaded_at timestamptz not null default now(),
    is_current boolean not null,
    currency text not null default 'CAD' constraint load_currency_check check (currency ~ '^[A-Z]{3}$')
);
create unique index load_is_current_key on raw.load (is_current) where is_current;
comment on table raw.load is 'One row per load of a region; the views show the current one.';
comment on column raw.load.load_id is 'Number of the load.';
comment on column raw.load.region is 'Name of the region, from its file.';
comment on column raw.load.title is 'Name of the region for people.';
comment on column raw.load.is_synthetic is 'True when the region is made up and must be labelled so.';
comment on column raw.load.metric_srid is 'EPSG code of the region''s metric CRS.';
comment on column raw.load.region_file is 'Name of the region file.';
comment on column raw.load.region_sha256 is 'SHA-256 of the region file.';
comment on column raw.load.content_sha256 is
    'SHA-256 over the region file, the settings and all sources: equal means nothing new.';
comment on column raw.load.loader_version is 'Version of the loader.';
comment on column raw.load.loaded_at is 'When it was loaded.';
comment on column raw.load.is_current is 'True for the one load that the views show.';
comment on column raw.load.currency is
    'Currency of all sums of the region, as ISO 4217 has it; columns named _cad hold it too.';

create table raw.load_source (
    load_id bigint not null references raw.load on delete cascade,
    source_id integer not null,
    source text not null,
    loader text not null,
    file_name text not null,
    sha256 text not null,
    size_bytes bigint not null,
    row_count bigint not null,
    reject_count bigint not null,
    licence text not null,
    attribution text,
    data_date text not null,
    retrieved_on date,
    loader_version text not null,
    url text,
    fetched_at timestamptz,
    data_until date,
    covers geometry (Geometry, 4326),
    primary key (load_id, source_id)
);
comment on table raw.load_source is 'Where each record came from: file, checksum, licence, dates.';
comment on column raw.load_source.load_id is 'The load.';
comment on column raw.load_source.source_id is 'Number of the source within the load.';
comment on column raw.load_source.source is
    'Kind of the source as the region file names it, such as roads or afdc.';
comment on column raw.load_source.loader is 'The loader that read it.';
comment on column raw.load_source.file_name is 'File, relative to the data directory.';
comment on column raw.load_source.sha256 is 'SHA-256 of the file.';
comment on column raw.load_source.size_bytes is 'Size of the file.';
comment on column raw.load_source.row_count is 'Records kept.';
comment on column raw.load_source.reject_count is 'Records rejected; see raw.reject.';
comment on column raw.load_source.licence is 'Licence of the data.';
comment on column raw.load_source.attribution is 'Line to show wherever the data is shown.';
comment on column raw.load_source.data_date is 'Date of the data, as precise as it is known.';
comment on column raw.load_source.retrieved_on is 'Day the file was retrieved, where known.';
comment on column raw.load_source.loader_version is 'Version of the loader.';
comment on column raw.load_source.url is 'Address it was fetched from, without keys; null for a file given.';
comment on column raw.load_source.fetched_at is 'When the address was last known to give this content.';
comment on column raw.load_source.data_until is 'Last day that data_date speaks of; null where it names none.';
comment on column raw.load_source.covers is 'Area that a list of stations speaks of; null for the whole region.';

create table raw.setting (
    load_id bigint not null references raw.load on delete cascade,
    setting text not null,
    level text,
    feature text,
    value double precision not null,
    unit text not null,
    value_min double precision not null,
    value_max double precision not null,
    means text not null,
    source text not null,
    is_given boolean not null,
    constraint setting_key unique nulls not distinct (load_id, setting, level, feature),
    constraint setting_value_check check (value between value_min and value_max)
);
comment on table raw.setting is 'The settings that a load was made with: etl/settings.toml, with what the region file sets.';
comment on column raw.setting.load_id is 'The load.';
comment on column raw.setting.setting is 'Name of the setting, with its unit as suffix.';
comment on column raw.setting.level is 'Level of charger, where the setting has a value for each.';
comment on column raw.setting.feature is 'Feature of the map, where the setting has a value for each: a tag, a land use, a class of road.';
comment on column raw.setting.value is 'The value.';
comment on column raw.setting.unit is 'Its unit.';
comment on column raw.setting.value_min is 'Least value that a region file may set.';
comment on column raw.setting.value_max is 'Greatest value that a region file may set.';
comment on column raw.setting.means is 'What the setting means, in one sentence.';
comment on column raw.setting.source is 'Where the value comes from: a publication, an assumption with its reason, or the region file.';
comment on column raw.setting.is_given is 'True where the region file sets the value.';

create table raw.load_assumption (
    assumption_id bigint generated always as identity primary key,
    load_id bigint not null references raw.load on delete cascade,
    source text not null,
    code text not null,
    value jsonb not null
);
comment on table raw.load_assumption is 'What a load had to assume; shown wherever results are shown.';
comment on column raw.load_assumption.assumption_id is 'Number of the assumption.';
comment on column raw.load_assumption.load_id is 'The load.';
comment on column raw.load_assumption.source is 'Kind of source that is missing or incomplete.';
comment on column raw.load_assumption.code is 'What is assumed instead: db/common/assumption.toml has the sentence; told where a reader of sources told it in English.';
comment on column raw.load_assumption.value is 'What the sentence takes.';

create table raw.load_total (
    load_id bigint not null references raw.load on delete cascade,
    measure text not null,
    published_value double precision not null,
    tolerance_share double precision not null,
    published_by text,
    data_date text,
    primary key (load_id, measure)
);
comment on table raw.load_total is 'Published totals that a load has to agree with, from the region file.';
comment on column raw.load_total.load_id is 'The load.';
comment on column raw.load_total.measure is 'What is counted, such as population or ev_count.';
comment on column raw.load_total.published_value is 'The published total.';
comment on column raw.load_total.tolerance_share is
    'How far what was loaded may be from it, as a share of it.';
comment on column raw.load_total.published_by is 'Where the total was published.';
comment on column raw.load_total.data_date is 'Date of the data that it counts; null where it counts any.';

create table raw.reject (
    reject_id bigint generated always as identity primary key,
    load_id bigint not null references raw.load on delete cascade,
    source text not null,
    file_name text not null,
    record text not null,
    field text,
    reason text not null,
    population numeric,
    source_id integer,
    is_outside boolean not null default false,
    record_count bigint not null default 1
);
comment on table raw.reject is 'Records that were not used, and why; nothing is dropped silently.';
comment on column raw.reject.reject_id is 'Number of the reject.';
comment on column raw.reject.load_id is 'The load.';
comment on column raw.reject.source is 'Kind of source.';
comment on column raw.reject.file_name is 'File of the record.';
comment on column raw.reject.record is 'Record number or key in the file.';
comment on column raw.reject.field is 'The field at fault.';
comment on column raw.reject.reason is 'Why the record was not used.';
comment on column raw.reject.population is 'People lost with the record, where it stood for people.';
comment on column raw.reject.source_id is 'The file: raw.load_source.source_id.';
comment on column raw.reject.is_outside is
    'True when the record is no fault but speaks of a place outside the region.';
comment on column raw.reject.record_count is
    'Records meant; more than 1 where a large file speaks of many at once.';

create table raw.record_remark (
    remark_id bigint generated always as identity primary key,
    load_id bigint not null references raw.load on delete cascade,
    source_id integer not null,
    record_number bigint not null,
    record text not null,
    field text not null,
    remark text not null
);
create index record_remark_load_idx on raw.record_remark (load_id);
comment on table raw.record_remark is
    'Values that could not be used in records that were kept; the record does without them.';
comment on column raw.record_remark.remark_id is 'Number of the remark.';
comment on column raw.record_remark.load_id is 'The load.';
comment on column raw.record_remark.source_id is 'The file: raw.load_source.source_id.';
comment on column raw.record_remark.record_number is 'Place of the record in its file, counted from 1.';
comment on column raw.record_remark.record is 'Record number and key in the file.';
comment on column raw.record_remark.field is 'The field at fault.';
comment on column raw.record_remark.remark is 'What is wrong with its value, and what it is taken for.';

create table raw.site_registry (
    site_id integer generated always as identity primary key,
    region text not null,
    site_key text not null,
    constraint site_registry_key unique (region, site_key)
);
comment on table raw.site_registry is
    'Gives each site a number that stays the same when data is loaded again.';
comment on column raw.site_registry.site_id is 'Number of the site, for good.';
comment on column raw.site_registry.region is 'Name of the region.';
comment on column raw.site_registry.site_key is 'Key of the station or candidate, stable between loads.';
