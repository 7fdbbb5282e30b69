-- needs: core.station_source, core.station_unlisted, core.region
-- grain: one row per (source_key)

create materialized view core.station_member as

-- links join records of different feeds only: two records of one feed are two stations, says the feed, unless one was registered anew
with recursive link as (
    select a.source_key as from_key, b.source_key as to_key
    from core.station_source as a
    cross join core.region as r
    join core.station_source as b on a.feed <> b.feed and st_dwithin(a.geom, b.geom, r.station_merge_m)
    where starts_with(a.operator_key, b.operator_key)
        or starts_with(b.operator_key, a.operator_key)
        or a.levels && b.levels
    union all
    select l.from_key, l.to_key
    from core.station_unlisted as u
    cross join lateral (values (u.source_key, u.successor_key), (u.successor_key, u.source_key)) as l (from_key, to_key)
    where u.successor_key is not null
),

reached (from_key, to_key) as (
    select source_key, source_key from core.station_source
    union
    select r.from_key, l.to_key
    from reached as r
    join link as l on l.from_key = r.to_key
)

select distinct on (m.from_key) m.from_key as source_key, s.source_key as station_key
from reached as m
join core.station_source as s on s.source_key = m.to_key
order by m.from_key, s.feed_rank, length(s.source_key), s.source_key
with no data;

create unique index station_member_key on core.station_member (source_key);

comment on materialized view core.station_member is 'Which records of the feeds are one station.';
comment on column core.station_member.source_key is 'The record.';
comment on column core.station_member.station_key is 'The station: its first record in order of feed, then of id.';
