-- Public transport.

create table raw.gtfs_stop (
    load_id bigint not null references raw.load on delete cascade,
    source_id integer not null,
    record_number bigint not null,
    stop_id text not null,
    name text,
    location_type integer not null,
    parent_stop_id text,
    geom geometry (Point, 4326) not null,
    primary key (load_id, source_id, record_number),
    constraint gtfs_stop_source_fkey foreign key (load_id, source_id) references raw.load_source (load_id, source_id) on delete cascade
);
comment on table raw.gtfs_stop is 'Stops of a GTFS feed.';
comment on column raw.gtfs_stop.load_id is 'The load that brought this record.';
comment on column raw.gtfs_stop.source_id is 'The file it came from: raw.load_source.source_id.';
comment on column raw.gtfs_stop.record_number is 'Place of the record in its file, counted from 1.';
comment on column raw.gtfs_stop.stop_id is 'stop_id of the feed.';
comment on column raw.gtfs_stop.name is 'Name of the stop, untrusted text.';
comment on column raw.gtfs_stop.location_type is '0 stop, 1 station, ...';
comment on column raw.gtfs_stop.parent_stop_id is 'Station it belongs to.';
comment on column raw.gtfs_stop.geom is 'Place of the stop.';

create table raw.gtfs_stop_departure (
    load_id bigint not null references raw.load on delete cascade,
    source_id integer not null,
    record_number bigint not null,
    stop_id text not null,
    route_id text not null,
    route_name text,
    route_type integer not null,
    service_date date not null,
    departure_count integer not null,
    primary key (load_id, source_id, record_number),
    constraint gtfs_stop_departure_source_fkey foreign key (load_id, source_id) references raw.load_source (load_id, source_id) on delete cascade
);
comment on table raw.gtfs_stop_departure is
    'Departures by stop and route on the feed''s busiest weekday, frequencies.txt expanded.';
comment on column raw.gtfs_stop_departure.load_id is 'The load that brought this record.';
comment on column raw.gtfs_stop_departure.source_id is 'The file it came from: raw.load_source.source_id.';
comment on column raw.gtfs_stop_departure.record_number is 'Place of the record in its file, counted from 1.';
comment on column raw.gtfs_stop_departure.stop_id is 'stop_id of the feed.';
comment on column raw.gtfs_stop_departure.route_id is 'route_id of the feed.';
comment on column raw.gtfs_stop_departure.route_name is 'Short or long name of the route, untrusted text.';
comment on column raw.gtfs_stop_departure.route_type is 'GTFS route type: 0 light rail, 3 bus, ...';
comment on column raw.gtfs_stop_departure.service_date is 'The day counted.';
comment on column raw.gtfs_stop_departure.departure_count is 'Departures on that day.';
