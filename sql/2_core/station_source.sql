-- needs: staging.openchargemap_station, staging.afdc_station, core.osm_station, core.feed_port, core.level, core.region
-- grain: one row per (source_key)

create materialized view core.station_source as

with record as (
    select
        'ocm' as feed, 1 as feed_rank, source_id, record_number, ocm_id::text as feed_id, name, operator, status, access,
        null::date as opened_on, confirmed_on, geom
    from staging.openchargemap_station
    union all
    select 'afdc', 2, source_id, record_number, afdc_id::text, name, operator, status, access, opened_on, confirmed_on, geom
    from staging.afdc_station
    where fuel_type_code = 'ELEC'
    union all
    select 'osm', 3, source_id, record_number, feature_key, name, operator, status, access, null, null, geom
    from core.osm_station
)

select distinct on (s.feed, s.feed_id)
    s.feed || ':' || s.feed_id as source_key,
    s.feed,
    s.feed_rank,
    s.source_id,
    s.record_number,
    s.name,
    s.operator,
    -- "ChargePoint Network" and "ChargePoint", "Tesla (Tesla-only charging)" and "tesla" are the same operator
    nullif(
        regexp_replace(
            regexp_replace(lower(s.operator), '\(.*?\)|non-networked|unknown|\m(network|inc|ltd|llc|corp|corporation|canada)\M', '', 'g'),
            '[^[:alnum:]]', '', 'g'
        ), ''
    ) as operator_key,
    s.status,
    s.access,
    s.opened_on,
    s.confirmed_on,
    array(
        select distinct p.level
        from core.feed_port as p
        join core.level as l using (level)
        where p.feed = s.feed and p.source_id = s.source_id and p.record_number = s.record_number and l.is_offered
        order by p.level
    ) as levels,
    s.geom
from record as s
join core.region as r on st_dwithin(s.geom, r.geom, r.station_merge_m)
order by s.feed, s.feed_id, s.source_id, s.record_number
with no data;

create unique index station_source_key on core.station_source (source_key);
create index station_source_geom_idx on core.station_source using gist (geom);

comment on materialized view core.station_source is 'Charging stations as each feed has them, within the region.';
comment on column core.station_source.source_key is 'Feed and id in it, such as ocm:900001.';
comment on column core.station_source.feed is 'ocm, afdc or osm.';
comment on column core.station_source.feed_rank is 'The lower, the sooner its name and key are used.';
comment on column core.station_source.source_id is 'The file it came from: staging.load_source.';
comment on column core.station_source.record_number is 'Place of the record in its file, from 1.';
comment on column core.station_source.name is 'Name, untrusted text.';
comment on column core.station_source.operator is 'Operator as spelled in the feed.';
comment on column core.station_source.operator_key is 'Operator in letters and digits alone, without words that vary.';
comment on column core.station_source.status is 'in_service, planned or out_of_service.';
comment on column core.station_source.access is 'public or private; null when unknown.';
comment on column core.station_source.opened_on is 'Day it opened.';
comment on column core.station_source.confirmed_on is 'Day the record was last confirmed.';
comment on column core.station_source.levels is 'Levels of its ports that offer coverage, where known.';
comment on column core.station_source.geom is 'Place.';
