-- needs: staging.openchargemap_station, staging.afdc_station, core.osm_station, core.feed_port, core.level, core.region
-- grain: one row per (source_key)

create materialized view core.station_source as

with record as (
    select
        'ocm' as feed, 1 as feed_rank, 3 as detail_rank, source_id, record_number, ocm_id::text as feed_id, name, operator, status,
        access, null as access_hours, null::boolean as is_open_all_day, has_fee, owner_type, null as owner_name, null as facility_kind,
        null::date as opened_on, confirmed_on, geom
    from staging.openchargemap_station
    union all
    select
        'afdc', 2, 1, source_id, record_number, afdc_id::text, name, operator, status, access, access_hours, is_open_all_day, has_fee,
        owner_type, owner_name, facility_kind, opened_on, confirmed_on, geom
    from staging.afdc_station
    where fuel_type_code = 'ELEC'
    union all
    select
        'osm', 3, 2, source_id, record_number, feature_key, name, operator, status, access, access_hours, is_open_all_day, has_fee,
        owner_type, owner_name, null, null, null, geom
    from core.osm_station
)

select distinct on (s.feed, s.feed_id)
    s.feed || ':' || s.feed_id as source_key,
    s.feed,
    s.feed_rank,
    s.detail_rank,
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
comment on column core.station_source.detail_rank is
    'The lower, the sooner its word on access, hours, fee, owner and kind of place stands: the list that staff checks, then the map, then OpenChargeMap.';
comment on column core.station_source.source_id is 'The file it came from: staging.load_source.';
comment on column core.station_source.record_number is 'Place of the record in its file, from 1.';
comment on column core.station_source.name is 'Name, untrusted text.';
comment on column core.station_source.operator is 'Operator as spelled in the feed.';
comment on column core.station_source.operator_key is 'Operator in letters and digits alone, without words that vary.';
comment on column core.station_source.status is 'in_service, planned or out_of_service.';
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
