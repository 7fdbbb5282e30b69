-- needs: staging.load_source, staging.load, core.region
-- grain: one row per (source_id)

create view analysis.source_age as

-- dates are as precise as the source: 2021, 2024-11, 2024-11-23; of several years the first counts
with day as (
    select s.source_id, min(to_date(y[1] || coalesce(y[2], '01') || coalesce(y[3], '01'), 'YYYYMMDD')) as first_day
    from staging.load_source as s
    cross join lateral regexp_matches(s.data_date, '\m((?:18|19|20)\d\d)(?:-(0[1-9]|1[0-2]))?(?:-(0[1-9]|[12]\d))?', 'g') as y
    group by s.source_id
)

select
    s.source_id,
    s.source,
    s.file_name,
    d.first_day,
    (l.loaded_at::date - d.first_day) / 365.25 as age_year,
    (l.loaded_at::date - d.first_day) / 365.25 > r.data_age_max_year as is_old
from staging.load_source as s
join day as d using (source_id)
cross join core.region as r
join staging.load as l using (load_id);

comment on view analysis.source_age is 'How old the data of each file was when it was loaded, where it says so.';
comment on column analysis.source_age.source_id is 'The file.';
comment on column analysis.source_age.source is 'Kind of source.';
comment on column analysis.source_age.file_name is 'File.';
comment on column analysis.source_age.first_day is 'First day its date speaks of.';
comment on column analysis.source_age.age_year is 'Years from then to the load.';
comment on column analysis.source_age.is_old is 'True when it is older than the region tolerates.';
