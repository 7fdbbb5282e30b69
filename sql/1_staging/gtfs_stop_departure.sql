-- needs: raw.gtfs_stop_departure, raw.load
-- grain: one row per (source_id, record_number)

create view staging.gtfs_stop_departure as

select
    source_id,
    record_number,
    stop_id,
    route_id,
    route_name,
    route_type,
    service_date,
    departure_count
from raw.gtfs_stop_departure
where load_id = (select load_id from raw.load where is_current);

comment on view staging.gtfs_stop_departure is 'Departures by stop and route on one weekday.';
comment on column staging.gtfs_stop_departure.source_id is 'The file it came from: staging.load_source.';
comment on column staging.gtfs_stop_departure.record_number is 'Place of the record in its file, from 1.';
comment on column staging.gtfs_stop_departure.stop_id is 'stop_id of the feed.';
comment on column staging.gtfs_stop_departure.route_id is 'route_id of the feed.';
comment on column staging.gtfs_stop_departure.route_name is 'Name of the route, untrusted text.';
comment on column staging.gtfs_stop_departure.route_type is 'GTFS route type.';
comment on column staging.gtfs_stop_departure.service_date is 'The day counted.';
comment on column staging.gtfs_stop_departure.departure_count is 'Departures on that day.';
