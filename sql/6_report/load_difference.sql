-- needs: staging.load_history, staging.load_source_history
-- grain: one row per (from_load_id, to_load_id, source, file_name)

create view report.load_difference as

with pair as (
    select a.load_id as from_load_id, b.load_id as to_load_id
    from staging.load_history as a
    join staging.load_history as b on b.region = a.region and b.load_id <> a.load_id
),

-- a file that serves two kinds stands under both; one that is named twice under one kind stands once
item as (
    select p.from_load_id, p.to_load_id, s.source, s.file_name, s.sha256 as from_sha256, null as to_sha256
    from pair as p
    join staging.load_source_history as s on s.load_id = p.from_load_id
    union all
    select p.from_load_id, p.to_load_id, s.source, s.file_name, null, s.sha256
    from pair as p
    join staging.load_source_history as s on s.load_id = p.to_load_id
    union all
    select p.from_load_id, p.to_load_id, 'region_file', a.region_file, a.region_sha256, b.region_sha256
    from pair as p
    join staging.load_history as a on a.load_id = p.from_load_id
    join staging.load_history as b on b.load_id = p.to_load_id
)

select
    from_load_id,
    to_load_id,
    source,
    file_name,
    case
        when max(from_sha256) is null then 'added'
        when max(to_sha256) is null then 'removed'
        when max(from_sha256) = max(to_sha256) then 'same'
        else 'changed'
    end as change,
    max(from_sha256) as from_sha256,
    max(to_sha256) as to_sha256
from item
group by from_load_id, to_load_id, source, file_name;

comment on view report.load_difference is 'What differs between two loads of a region, file by file.';
comment on column report.load_difference.from_load_id is 'The one load.';
comment on column report.load_difference.to_load_id is 'The other.';
comment on column report.load_difference.source is 'Kind of source; region file for the file that names them all.';
comment on column report.load_difference.file_name is 'File.';
comment on column report.load_difference.change is 'added, removed, changed or same.';
comment on column report.load_difference.from_sha256 is 'SHA-256 in the one.';
comment on column report.load_difference.to_sha256 is 'SHA-256 in the other.';
