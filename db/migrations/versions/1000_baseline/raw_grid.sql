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
comment on column raw.grid_station.geom is 'Place; null when the source has none.';

create table raw.grid_area (
    load_id bigint not null references raw.load on delete cascade,
    source_id integer not null,
    record_number bigint not null,
    name text not null,
    limit_mw double precision,
    peak_load_mw double precision,
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
comment on column raw.grid_area.geom is 'Outline, polygon.';
