-- needs: staging.openchargemap_station, staging.afdc_station, staging.load_source, core.osm_station
-- grain: one row per (source_id, record_number)

create view core.station_record as

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

select
    s.feed || ':' || s.feed_id as source_key,
    s.feed,
    s.feed_rank,
    s.detail_rank,
    s.source_id,
    s.record_number,
    f.data_until as listed_on,
    s.name,
    s.operator,
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
    s.geom
from record as s
join staging.load_source as f using (source_id);

comment on view core.station_record is 'Charging stations as each file of a feed has them; core.station_source has each id once.';
comment on column core.station_record.source_key is 'Feed and id in it, such as ocm:900001.';
comment on column core.station_record.feed is 'ocm, afdc or osm.';
comment on column core.station_record.feed_rank is 'The lower, the sooner its name and key are used.';
comment on column core.station_record.detail_rank is
    'The lower, the sooner its word on access, hours, fee, owner and kind of place stands: the list that staff checks, then the map, then OpenChargeMap.';
comment on column core.station_record.source_id is 'The file it came from: staging.load_source.';
comment on column core.station_record.record_number is 'Place of the record in its file, from 1.';
comment on column core.station_record.listed_on is 'Last day that the date of its file speaks of; null where it names none.';
comment on column core.station_record.name is 'Name, untrusted text.';
comment on column core.station_record.operator is 'Operator as spelled in the feed.';
comment on column core.station_record.status is 'in_service, planned or out_of_service.';
comment on column core.station_record.access is 'public, customers, members, one_make or private; null when unknown.';
comment on column core.station_record.access_hours is 'When it is open, untrusted text.';
comment on column core.station_record.is_open_all_day is 'True where these are all hours of all days; null when unknown.';
comment on column core.station_record.has_fee is 'False where charging is free; null when unknown.';
comment on column core.station_record.owner_type is 'municipal, government, utility, private or joint; null when unknown.';
comment on column core.station_record.owner_name is 'Owner, untrusted text.';
comment on column core.station_record.facility_kind is 'Kind of place, such as hotel.';
comment on column core.station_record.opened_on is 'Day it opened.';
comment on column core.station_record.confirmed_on is 'Day the record was last confirmed.';
comment on column core.station_record.geom is 'Place.';
