-- The electricity grid.

create table raw.grid_station (
    load_id bigint not null references raw.load on delete cascade,
    source_id integer not null,
    record_number bigint not null,
    name text not null,
    voltage_kv double precision,
    summer_limit_mw double precision,
    winter_limit_mw double precision,
    peak_load_mw double precision,
    is_verified boolean,
    area_name text,
    source_note text,
    limit_basis text,
    station_key text,
    supply_key text,
    supply_limit_mw double precision,
    supply_peak_load_mw double precision,
    geom geometry (Point, 4326),
    primary key (load_id, source_id, record_number),
    constraint grid_station_source_fkey foreign key (load_id, source_id) references raw.load_source (load_id, source_id) on delete cascade
);
comment on table raw.grid_station is 'Transformer stations and substations.';
comment on column raw.grid_station.load_id is 'The load that brought this record.';
comment on column raw.grid_station.source_id is 'The file it came from: raw.load_source.source_id.';
comment on column raw.grid_station.record_number is 'Place of the record in its file, counted from 1.';
comment on column raw.grid_station.name is 'Name of the station.';
comment on column raw.grid_station.voltage_kv is 'Highest voltage.';
comment on column raw.grid_station.summer_limit_mw is 'Limited time rating in summer.';
comment on column raw.grid_station.winter_limit_mw is 'Limited time rating in winter.';
comment on column raw.grid_station.peak_load_mw is 'Highest load so far.';
comment on column raw.grid_station.is_verified is 'False when the figures are second-hand.';
comment on column raw.grid_station.area_name is 'Municipality it serves, as the source says.';
comment on column raw.grid_station.source_note is 'Where the row comes from, as the source says.';
comment on column raw.grid_station.limit_basis is 'How the limit was found, as the source says.';
comment on column raw.grid_station.station_key is 'Key of the station in its source, where it is not the name.';
comment on column raw.grid_station.supply_key is 'Key of what feeds it and others: a line, a supply area.';
comment on column raw.grid_station.supply_limit_mw is 'Limit of the supply.';
comment on column raw.grid_station.supply_peak_load_mw is 'Highest load of the supply so far.';
comment on column raw.grid_station.geom is 'Place; null when the source has none.';

create table raw.grid_area (
    load_id bigint not null references raw.load on delete cascade,
    source_id integer not null,
    record_number bigint not null,
    name text not null,
    limit_mw double precision,
    peak_load_mw double precision,
    area_key text,
    supply_key text,
    supply_limit_mw double precision,
    supply_peak_load_mw double precision,
    geom geometry (Geometry, 4326) not null,
    primary key (load_id, source_id, record_number),
    constraint grid_area_source_fkey foreign key (load_id, source_id) references raw.load_source (load_id, source_id) on delete cascade
);
comment on table raw.grid_area is 'Service areas of transformer stations, where a utility gives them.';
comment on column raw.grid_area.load_id is 'The load that brought this record.';
comment on column raw.grid_area.source_id is 'The file it came from: raw.load_source.source_id.';
comment on column raw.grid_area.record_number is 'Place of the record in its file, counted from 1.';
comment on column raw.grid_area.name is 'Name of the area.';
comment on column raw.grid_area.limit_mw is 'Limit of the area.';
comment on column raw.grid_area.peak_load_mw is 'Highest load so far.';
comment on column raw.grid_area.area_key is 'Key of its station in the source, where it is not the name.';
comment on column raw.grid_area.supply_key is 'Key of what feeds it and others: a line, a supply area.';
comment on column raw.grid_area.supply_limit_mw is 'Limit of the supply.';
comment on column raw.grid_area.supply_peak_load_mw is 'Highest load of the supply so far.';
comment on column raw.grid_area.geom is 'Outline, polygon.';

create table raw.grid_feeder (
    load_id bigint not null references raw.load on delete cascade,
    source_id integer not null,
    record_number bigint not null,
    feeder_key text,
    distributor text,
    voltage_kv double precision,
    configuration text,
    capacity double precision,
    capacity_low double precision,
    updated_on date,
    station_key text,
    capacity_unit text not null check (capacity_unit in ('MVA', 'MW', 'kVA', 'kW', 'A')),
    geom geometry (Geometry, 4326) not null,
    primary key (load_id, source_id, record_number),
    constraint grid_feeder_source_fkey foreign key (load_id, source_id) references raw.load_source (load_id, source_id) on delete cascade
);
comment on table raw.grid_feeder is 'Feeders or parts of them, with the capacity that each feeder has left.';
comment on column raw.grid_feeder.load_id is 'The load that brought this record.';
comment on column raw.grid_feeder.source_id is 'The file it came from: raw.load_source.source_id.';
comment on column raw.grid_feeder.record_number is 'Place of the record in its file, counted from 1.';
comment on column raw.grid_feeder.feeder_key is 'Key of the feeder in its source; null where the source names none.';
comment on column raw.grid_feeder.distributor is 'Company that runs it.';
comment on column raw.grid_feeder.voltage_kv is 'Voltage between phases.';
comment on column raw.grid_feeder.configuration is 'Overhead or underground, as the source says.';
comment on column raw.grid_feeder.capacity is 'Capacity left, in capacity_unit; negative where the feeder is overloaded.';
comment on column raw.grid_feeder.capacity_low is 'Lower end of the range in which the capacity lies, in capacity_unit.';
comment on column raw.grid_feeder.updated_on is 'Day of the figures.';
comment on column raw.grid_feeder.station_key is 'Key of the station that feeds it; null where the source names none.';
comment on column raw.grid_feeder.capacity_unit is 'MVA, MW, kVA, kW or A, as the region file says.';
comment on column raw.grid_feeder.geom is 'Outline, polygon, or course, line.';
