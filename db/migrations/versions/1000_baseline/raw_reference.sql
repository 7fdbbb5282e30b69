-- Demand and plan of a published study, to compare with.

create table raw.reference_demand_point (
    load_id bigint not null references raw.load on delete cascade,
    source_id integer not null,
    record_number bigint not null,
    weight double precision not null,
    geom geometry (Point, 4326) not null,
    primary key (load_id, source_id, record_number),
    constraint reference_demand_point_source_fkey foreign key (load_id, source_id) references raw.load_source (load_id, source_id) on delete cascade
);
comment on table raw.reference_demand_point is 'Weighted points of a published study, to score plans alike.';
comment on column raw.reference_demand_point.load_id is 'The load that brought this record.';
comment on column raw.reference_demand_point.source_id is 'The file it came from: raw.load_source.source_id.';
comment on column raw.reference_demand_point.record_number is
    'Place of the record in its file, counted from 1.';
comment on column raw.reference_demand_point.weight is 'Weight of the point, in the study''s own unit.';
comment on column raw.reference_demand_point.geom is 'Place of the point.';

create table raw.reference_plan_station (
    load_id bigint not null references raw.load on delete cascade,
    source_id integer not null,
    record_number bigint not null,
    name text,
    status text,
    l2_port_count_before integer not null,
    l2_port_count_after integer not null,
    l3_port_count_before integer not null,
    l3_port_count_after integer not null,
    geom geometry (Point, 4326) not null,
    primary key (load_id, source_id, record_number),
    constraint reference_plan_station_source_fkey foreign key (load_id, source_id) references raw.load_source (load_id, source_id) on delete cascade
);
comment on table raw.reference_plan_station is 'Stations of a published plan, before and after.';
comment on column raw.reference_plan_station.load_id is 'The load that brought this record.';
comment on column raw.reference_plan_station.source_id is 'The file it came from: raw.load_source.source_id.';
comment on column raw.reference_plan_station.record_number is
    'Place of the record in its file, counted from 1.';
comment on column raw.reference_plan_station.name is 'Name, untrusted text.';
comment on column raw.reference_plan_station.status is 'What the study decided for it.';
comment on column raw.reference_plan_station.l2_port_count_before is 'Level 2 ports before.';
comment on column raw.reference_plan_station.l2_port_count_after is 'Level 2 ports after.';
comment on column raw.reference_plan_station.l3_port_count_before is 'Level 3 ports before.';
comment on column raw.reference_plan_station.l3_port_count_after is 'Level 3 ports after.';
comment on column raw.reference_plan_station.geom is 'Place of the station.';
