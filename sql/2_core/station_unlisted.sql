-- needs: core.station_source, core.region, staging.load_source, staging.reject
-- grain: one row per (source_key)

create view core.station_unlisted as

-- what a newer list of the same registry lacks, of the place that it covers, closed, or was registered anew; a list without any row
-- in the region tells nothing
with list as (
    select source_id, data_until as listed_on, covers
    from staging.load_source
    where source = 'afdc' and loader <> 'geometry' and row_count > 0
),

lacking as (
    select distinct on (s.source_key) s.source_key, s.geom, n.source_id as list_source_id, n.listed_on as lacked_on
    from core.station_source as s
    join list as n on n.listed_on > s.listed_on and (n.covers is null or st_covers(n.covers, s.geom))
    where s.feed = 'afdc' and s.status <> 'planned'
        -- a record that could not be read is in the list all the same
        and not exists (
            select from staging.reject as j
            where j.source_id = n.source_id and not j.is_outside and j.record like '%(ID ' || split_part(s.source_key, ':', 2) || ')'
        )
    order by s.source_key, n.listed_on desc, n.source_id
)

select u.source_key, u.list_source_id, u.lacked_on, t.source_key as successor_key
from lacking as u
left join lateral (
    select s.source_key
    from core.station_source as s
    cross join core.region as r
    where s.feed = 'afdc' and s.listed_on >= u.lacked_on and st_dwithin(s.geom, u.geom, r.station_merge_m)
    order by s.geom <-> u.geom, s.source_key
    limit 1
) as t on true;

comment on view core.station_unlisted is 'Stations of an older list of a registry that a newer one of the same place lacks.';
comment on column core.station_unlisted.source_key is 'The record of the older list.';
comment on column core.station_unlisted.list_source_id is 'The newest list that covers the place and lacks it: staging.load_source.';
comment on column core.station_unlisted.lacked_on is 'Day of that list.';
comment on column core.station_unlisted.successor_key is 'Record of a newer list within station_merge_m: the station was registered anew; null where none is, and it closed.';
