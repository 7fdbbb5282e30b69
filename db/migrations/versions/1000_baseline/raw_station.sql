-- Charging stations, how they are used, and where others may be built.

create table raw.openchargemap_poi (
    load_id bigint not null references raw.load on delete cascade,
    source_id integer not null,
    record_number bigint not null,
    ocm_id bigint not null,
    record jsonb not null,
    geom geometry (Point, 4326) not null,
    primary key (load_id, source_id, record_number),
    constraint openchargemap_poi_source_fkey foreign key (load_id, source_id) references raw.load_source (load_id, source_id) on delete cascade
);
comment on table raw.openchargemap_poi is 'OpenChargeMap v3 records, as delivered.';
comment on column raw.openchargemap_poi.load_id is 'The load that brought this record.';
comment on column raw.openchargemap_poi.source_id is 'The file it came from: raw.load_source.source_id.';
comment on column raw.openchargemap_poi.record_number is 'Place of the record in its file, counted from 1.';
comment on column raw.openchargemap_poi.ocm_id is 'OpenChargeMap ID.';
comment on column raw.openchargemap_poi.record is 'The record: AddressInfo, Connections, NumberOfPoints, ...';
comment on column raw.openchargemap_poi.geom is 'Place of the station.';

create table raw.afdc_station (
    load_id bigint not null references raw.load on delete cascade,
    source_id integer not null,
    record_number bigint not null,
    afdc_id bigint not null,
    fuel_type_code text not null,
    status_code text not null,
    name text,
    street_address text,
    city text,
    network text,
    access_code text,
    access_hours text,
    is_restricted boolean,
    owner_type_code text,
    agency text,
    facility_type text,
    pricing text,
    connector_types text,
    level1_port_count integer,
    level2_port_count integer,
    dc_fast_port_count integer,
    opened_on date,
    confirmed_on date,
    ports jsonb,
    geom geometry (Point, 4326) not null,
    primary key (load_id, source_id, record_number),
    constraint afdc_station_source_fkey foreign key (load_id, source_id) references raw.load_source (load_id, source_id) on delete cascade
);
comment on table raw.afdc_station is 'NRCan / AFDC stations of all fuels and statuses.';
comment on column raw.afdc_station.load_id is 'The load that brought this record.';
comment on column raw.afdc_station.source_id is 'The file it came from: raw.load_source.source_id.';
comment on column raw.afdc_station.record_number is 'Place of the record in its file, counted from 1.';
comment on column raw.afdc_station.afdc_id is 'AFDC station ID.';
comment on column raw.afdc_station.fuel_type_code is 'ELEC, LPG, CNG, ...';
comment on column raw.afdc_station.status_code is 'E available, P planned, T temporarily out of service.';
comment on column raw.afdc_station.name is 'Name, untrusted text.';
comment on column raw.afdc_station.street_address is 'Address, untrusted text.';
comment on column raw.afdc_station.city is 'City.';
comment on column raw.afdc_station.network is 'Charging network (operator).';
comment on column raw.afdc_station.access_code is 'public or private.';
comment on column raw.afdc_station.access_hours is 'When it is open, and for whom, untrusted text.';
comment on column raw.afdc_station.is_restricted is 'True where not all of the public may use it.';
comment on column raw.afdc_station.owner_type_code is 'FG federal, SG provincial or state, LG local government, J joint, P private, T utility.';
comment on column raw.afdc_station.agency is 'Federal agency that owns it.';
comment on column raw.afdc_station.facility_type is 'Kind of place, such as HOTEL.';
comment on column raw.afdc_station.pricing is 'What charging costs, untrusted text.';
comment on column raw.afdc_station.connector_types is 'Connectors, as the list writes them: J1772, TESLA, ...';
comment on column raw.afdc_station.level1_port_count is 'Level 1 ports.';
comment on column raw.afdc_station.level2_port_count is 'Level 2 ports.';
comment on column raw.afdc_station.dc_fast_port_count is 'DC fast ports.';
comment on column raw.afdc_station.opened_on is 'Day it opened.';
comment on column raw.afdc_station.confirmed_on is 'Day the record was last confirmed.';
comment on column raw.afdc_station.ports is
    'Lines of the file of ports: counts by level, and power_kw, that of the strongest connector; null in other files.';
comment on column raw.afdc_station.geom is 'Place of the station.';

create table raw.stated_station (
    load_id bigint not null references raw.load on delete cascade,
    source_key text not null,
    status text not null constraint stated_station_status_check check (status in ('in_service', 'out_of_service')),
    reason text not null,
    since date,
    primary key (load_id, source_key)
);
comment on table raw.stated_station is 'Stations that the region file states to be in service, or closed, whatever the feeds say.';
comment on column raw.stated_station.load_id is 'The load.';
comment on column raw.stated_station.source_key is 'A record of a feed, such as ocm:900001 or afdc:17.';
comment on column raw.stated_station.status is 'in_service or out_of_service.';
comment on column raw.stated_station.reason is 'Why, in the words of the region file.';
comment on column raw.stated_station.since is 'Day from which on it is so; null where the file does not say.';

create table raw.utilisation (
    load_id bigint not null references raw.load on delete cascade,
    source_id integer not null,
    record_number bigint not null,
    station_id text not null,
    utilisation_share double precision not null,
    measured_from date,
    measured_to date,
    primary key (load_id, source_id, record_number),
    constraint utilisation_source_fkey foreign key (load_id, source_id) references raw.load_source (load_id, source_id) on delete cascade
);
comment on table raw.utilisation is 'How busy stations are, measured by their operators.';
comment on column raw.utilisation.load_id is 'The load that brought this record.';
comment on column raw.utilisation.source_id is 'The file it came from: raw.load_source.source_id.';
comment on column raw.utilisation.record_number is 'Place of the record in its file, counted from 1.';
comment on column raw.utilisation.station_id is
    'A record of a feed, such as ocm:900001, afdc:17 or osm:node/5.';
comment on column raw.utilisation.utilisation_share is
    'Share of the time that its ports are busy, in [0, 1].';
comment on column raw.utilisation.measured_from is 'First day that was measured.';
comment on column raw.utilisation.measured_to is 'Last day.';

create table raw.session (
    load_id bigint not null references raw.load on delete cascade,
    source_id integer not null,
    record_number bigint not null,
    session_key text,
    station text not null,
    port text,
    station_id text,
    started_at timestamptz not null,
    started_local timestamp not null,
    plugged_min double precision not null,
    charging_min double precision,
    energy_kwh double precision,
    level text,
    lon double precision,
    lat double precision,
    primary key (load_id, source_id, record_number),
    constraint session_source_fkey foreign key (load_id, source_id) references raw.load_source (load_id, source_id) on delete cascade
);
comment on table raw.session is 'Charging sessions as networks recorded them.';
comment on column raw.session.load_id is 'The load that brought this record.';
comment on column raw.session.source_id is 'The file it came from: raw.load_source.source_id.';
comment on column raw.session.record_number is 'Place of the record in its file, counted from 1.';
comment on column raw.session.session_key is 'Id of the session in its source, where it has one.';
comment on column raw.session.station is 'The station as the records name it, untrusted text.';
comment on column raw.session.port is 'The port as the records name it; null where they tell only the station.';
comment on column raw.session.station_id is 'The station as a feed names it, as the region file says: ocm:900001; null where it does not.';
comment on column raw.session.started_at is 'When the car was plugged in; clocks of unknown zone count as UTC.';
comment on column raw.session.started_local is 'What clocks on the wall showed then.';
comment on column raw.session.plugged_min is 'Minutes until it was unplugged.';
comment on column raw.session.charging_min is 'Minutes of these in which energy flowed; null when unknown.';
comment on column raw.session.energy_kwh is 'Energy; null when unknown.';
comment on column raw.session.level is 'Level or type of charger, in the words of the source or of the region file.';
comment on column raw.session.lon is 'Longitude of the station; null when unknown.';
comment on column raw.session.lat is 'Latitude.';

create table raw.candidate (
    load_id bigint not null references raw.load on delete cascade,
    source_id integer not null,
    record_number bigint not null,
    candidate_key text not null,
    name text,
    address text,
    suitability_share double precision,
    geom geometry (Point, 4326) not null,
    primary key (load_id, source_id, record_number),
    constraint candidate_source_fkey foreign key (load_id, source_id) references raw.load_source (load_id, source_id) on delete cascade
);
comment on table raw.candidate is 'Where a station could be built, as a list of the municipality says.';
comment on column raw.candidate.load_id is 'The load that brought this record.';
comment on column raw.candidate.source_id is 'The file it came from: raw.load_source.source_id.';
comment on column raw.candidate.record_number is 'Place of the record in its file, counted from 1.';
comment on column raw.candidate.candidate_key is
    'The list''s own id; without one a checksum of name and place.';
comment on column raw.candidate.name is 'Name, untrusted text.';
comment on column raw.candidate.address is 'Street and number, untrusted text.';
comment on column raw.candidate.suitability_share is
    'How well a charger fits there, in [0, 1], as the list says; null where it does not.';
comment on column raw.candidate.geom is 'Place.';
