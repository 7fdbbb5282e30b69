-- needs: core.station_record, core.feed_port, core.level, core.region
-- grain: one row per (source_key)

create materialized view core.station_source as

-- the newest record of an id counts; what it does not tell, an older one does. One grouping and no join: how many records
-- there are is not known when the query is planned, and a join would group them anew for each station.
with ranked as (
    select
        *,
        row_number() over (
            partition by source_key order by listed_on desc nulls last, source_id, record_number
        ) as age_number
    from core.station_record
),

told as (
    select
        source_key,
        (array_agg(feed order by age_number))[1] as feed,
        (array_agg(feed_rank order by age_number))[1] as feed_rank,
        (array_agg(detail_rank order by age_number))[1] as detail_rank,
        (array_agg(source_id order by age_number))[1] as source_id,
        (array_agg(record_number order by age_number))[1] as record_number,
        (array_agg(listed_on order by age_number))[1] as listed_on,
        (array_agg(status order by age_number))[1] as status,
        (array_agg(geom order by age_number))[1] as geom,
        (array_agg(name order by age_number) filter (where name is not null))[1] as name,
        (array_agg(operator order by age_number) filter (where operator is not null))[1] as operator,
        (array_agg(access order by age_number) filter (where access is not null))[1] as access,
        (array_agg(access_hours order by age_number) filter (where access_hours is not null))[1] as access_hours,
        (array_agg(is_open_all_day order by age_number) filter (where is_open_all_day is not null))[1] as is_open_all_day,
        (array_agg(has_fee order by age_number) filter (where has_fee is not null))[1] as has_fee,
        (array_agg(owner_type order by age_number) filter (where owner_type is not null))[1] as owner_type,
        (array_agg(owner_name order by age_number) filter (where owner_name is not null))[1] as owner_name,
        (array_agg(facility_kind order by age_number) filter (where facility_kind is not null))[1] as facility_kind,
        (array_agg(opened_on order by age_number) filter (where opened_on is not null))[1] as opened_on,
        (array_agg(confirmed_on order by age_number) filter (where confirmed_on is not null))[1] as confirmed_on
    from ranked
    group by source_key
)

select
    s.source_key,
    s.feed,
    s.feed_rank,
    s.detail_rank,
    s.source_id,
    s.record_number,
    s.listed_on,
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
    s.access_hours,
    s.is_open_all_day,
    s.has_fee,
    s.owner_type,
    s.owner_name,
    s.facility_kind,
    s.opened_on,
    s.confirmed_on,
    array(
        select distinct p.level
        from core.feed_port as p
        join core.level as l using (level)
        where p.feed = s.feed and p.source_id = s.source_id and p.record_number = s.record_number and l.is_offered
        order by p.level
    ) as levels,
    s.geom::geometry(Point, :metric_srid) as geom
from told as s
join core.region as r on st_dwithin(s.geom, r.geom, r.station_merge_m)
with no data;

create unique index station_source_key on core.station_source (source_key);
create index station_source_geom_idx on core.station_source using gist (geom);

comment on materialized view core.station_source is 'Charging stations as each feed has them, within the region: the newest record of each, with what older ones tell besides.';
comment on column core.station_source.source_key is 'Feed and id in it, such as ocm:900001.';
comment on column core.station_source.feed is 'ocm, afdc or osm.';
comment on column core.station_source.feed_rank is 'The lower, the sooner its name and key are used.';
comment on column core.station_source.detail_rank is
    'The lower, the sooner its word on access, hours, fee, owner and kind of place stands: the list that staff checks, then the map, then OpenChargeMap.';
comment on column core.station_source.source_id is 'The file of its newest record: staging.load_source.';
comment on column core.station_source.record_number is 'Place of the record in its file, from 1.';
comment on column core.station_source.listed_on is 'Last day that the date of that file speaks of; null where it names none.';
comment on column core.station_source.name is 'Name, untrusted text.';
comment on column core.station_source.operator is 'Operator as spelled in the feed.';
comment on column core.station_source.operator_key is 'Operator in letters and digits alone, without words that vary.';
comment on column core.station_source.status is 'in_service, planned or out_of_service, as that record says: core.station_status has what counts.';
comment on column core.station_source.access is 'public, customers, members, one_make or private; null when unknown.';
comment on column core.station_source.access_hours is 'When it is open, untrusted text.';
comment on column core.station_source.is_open_all_day is 'True where these are all hours of all days; null when unknown.';
comment on column core.station_source.has_fee is 'False where charging is free; null when unknown.';
comment on column core.station_source.owner_type is 'municipal, government, utility, private or joint; null when unknown.';
comment on column core.station_source.owner_name is 'Owner, untrusted text.';
comment on column core.station_source.facility_kind is 'Kind of place, such as hotel.';
comment on column core.station_source.opened_on is 'Day it opened.';
comment on column core.station_source.confirmed_on is 'Day the record was last confirmed.';
comment on column core.station_source.levels is 'Levels of its ports that offer coverage, where known.';
comment on column core.station_source.geom is 'Place.';
