-- Outlines, roads and places.

create table raw.boundary (
    load_id bigint not null references raw.load on delete cascade,
    source_id integer not null,
    record_number bigint not null,
    geom geometry (Geometry, 4326) not null,
    primary key (load_id, source_id, record_number),
    constraint boundary_source_fkey foreign key (load_id, source_id) references raw.load_source (load_id, source_id) on delete cascade
);
comment on table raw.boundary is 'Outline of the region, in parts.';
comment on column raw.boundary.load_id is 'The load that brought this record.';
comment on column raw.boundary.source_id is 'The file it came from: raw.load_source.source_id.';
comment on column raw.boundary.record_number is 'Place of the record in its file, counted from 1.';
comment on column raw.boundary.geom is 'Outline, polygon.';

create table raw.planning_area (
    load_id bigint not null references raw.load on delete cascade,
    source_id integer not null,
    record_number bigint not null,
    area_key text not null,
    name text not null,
    geom geometry (Geometry, 4326) not null,
    primary key (load_id, source_id, record_number),
    constraint planning_area_source_fkey foreign key (load_id, source_id) references raw.load_source (load_id, source_id) on delete cascade
);
comment on table raw.planning_area is 'Municipalities or districts.';
comment on column raw.planning_area.load_id is 'The load that brought this record.';
comment on column raw.planning_area.source_id is 'The file it came from: raw.load_source.source_id.';
comment on column raw.planning_area.record_number is 'Place of the record in its file, counted from 1.';
comment on column raw.planning_area.area_key is 'Key of the area, such as a census subdivision code.';
comment on column raw.planning_area.name is 'Name of the area.';
comment on column raw.planning_area.geom is 'Outline, polygon.';

create table raw.road_node (
    load_id bigint not null references raw.load on delete cascade,
    source_id integer not null,
    record_number bigint not null,
    node_id bigint not null,
    geom geometry (Point, 4326) not null,
    primary key (load_id, source_id, record_number),
    constraint road_node_source_fkey foreign key (load_id, source_id) references raw.load_source (load_id, source_id) on delete cascade
);
comment on table raw.road_node is 'Junctions and ends of the simplified drive graph (osmnx conventions).';
comment on column raw.road_node.load_id is 'The load that brought this record.';
comment on column raw.road_node.source_id is 'The file it came from: raw.load_source.source_id.';
comment on column raw.road_node.record_number is 'Place of the record in its file, counted from 1.';
comment on column raw.road_node.node_id is 'OSM node id.';
comment on column raw.road_node.geom is 'Place of the node.';

create table raw.road_edge (
    load_id bigint not null references raw.load on delete cascade,
    source_id integer not null,
    record_number bigint not null,
    from_node_id bigint not null,
    to_node_id bigint not null,
    osm_way_ids bigint[] not null,
    highway text not null,
    name text,
    length_m double precision not null,
    speed_kmh double precision not null,
    geom geometry (LineString, 4326) not null,
    primary key (load_id, source_id, record_number),
    constraint road_edge_source_fkey foreign key (load_id, source_id) references raw.load_source (load_id, source_id) on delete cascade
);
comment on table raw.road_edge is
    'Directed edges of the simplified drive graph: a two-way street is two rows.';
comment on column raw.road_edge.load_id is 'The load that brought this record.';
comment on column raw.road_edge.source_id is 'The file it came from: raw.load_source.source_id.';
comment on column raw.road_edge.record_number is 'Place of the record in its file, counted from 1.';
comment on column raw.road_edge.from_node_id is 'OSM node where travel begins.';
comment on column raw.road_edge.to_node_id is 'OSM node where travel ends.';
comment on column raw.road_edge.osm_way_ids is 'OSM ways the edge is made of.';
comment on column raw.road_edge.highway is 'Road class, the highest of its ways.';
comment on column raw.road_edge.name is 'Street name.';
comment on column raw.road_edge.length_m is 'Length along the great circle of each piece, metres.';
comment on column raw.road_edge.speed_kmh is 'Free-flow speed: maxspeed, else the mean of its class.';
comment on column raw.road_edge.geom is 'Line in the direction of travel.';

create table raw.road_left_out (
    load_id bigint not null references raw.load on delete cascade,
    source_id integer not null,
    record_number bigint not null,
    part_number integer not null,
    osm_way_id bigint not null,
    highway text not null,
    name text,
    length_m double precision not null,
    geom geometry (LineString, 4326) not null,
    primary key (load_id, source_id, record_number),
    constraint road_left_out_source_fkey foreign key (load_id, source_id) references raw.load_source (load_id, source_id) on delete cascade
);
comment on table raw.road_left_out is
    'Streets of those parts of the drive network that are not connected with the largest.';
comment on column raw.road_left_out.load_id is 'The load that brought this record.';
comment on column raw.road_left_out.source_id is 'The file it came from: raw.load_source.source_id.';
comment on column raw.road_left_out.record_number is 'Place of the record in its file, counted from 1.';
comment on column raw.road_left_out.part_number is
    'Part of the network, by the number of its nodes; the largest, 1, is kept.';
comment on column raw.road_left_out.osm_way_id is 'OSM way it is a piece of.';
comment on column raw.road_left_out.highway is 'Road class.';
comment on column raw.road_left_out.name is 'Street name.';
comment on column raw.road_left_out.length_m is 'Length along the great circle, metres.';
comment on column raw.road_left_out.geom is 'Line.';

create table raw.osm_feature (
    load_id bigint not null references raw.load on delete cascade,
    source_id integer not null,
    record_number bigint not null,
    osm_type text not null,
    osm_id bigint not null,
    feature_kind text not null,
    name text,
    tags jsonb not null,
    geom geometry (Geometry, 4326) not null,
    primary key (load_id, source_id, record_number),
    constraint osm_feature_source_fkey foreign key (load_id, source_id) references raw.load_source (load_id, source_id) on delete cascade
);
comment on table raw.osm_feature is
    'Places of OpenStreetMap: points of interest, parking, land use, the ground, substations, power lines, charging stations.';
comment on column raw.osm_feature.load_id is 'The load that brought this record.';
comment on column raw.osm_feature.source_id is 'The file it came from: raw.load_source.source_id.';
comment on column raw.osm_feature.record_number is 'Place of the record in its file, counted from 1.';
comment on column raw.osm_feature.osm_type is 'node, way or relation.';
comment on column raw.osm_feature.osm_id is 'OSM id.';
comment on column raw.osm_feature.feature_kind is 'poi, parking, land_use, ground, substation, power_line or charging_station.';
comment on column raw.osm_feature.name is 'Name, untrusted text.';
comment on column raw.osm_feature.tags is 'All tags.';
comment on column raw.osm_feature.geom is 'Point or polygon; of a power line, line.';

create table raw.exclusion (
    load_id bigint not null references raw.load on delete cascade,
    source_id integer not null,
    record_number bigint not null,
    ground text not null,
    is_hard boolean not null,
    name text,
    geom geometry (Geometry, 4326) not null,
    primary key (load_id, source_id, record_number),
    constraint exclusion_source_fkey foreign key (load_id, source_id) references raw.load_source (load_id, source_id) on delete cascade
);
comment on table raw.exclusion is 'Ground that is not for chargers, as layers of the region have it.';
comment on column raw.exclusion.load_id is 'The load that brought this record.';
comment on column raw.exclusion.source_id is 'The file it came from: raw.load_source.source_id.';
comment on column raw.exclusion.record_number is 'Place of the record in its file, counted from 1.';
comment on column raw.exclusion.ground is 'What it is: water, flood, protected, cemetery or other.';
comment on column raw.exclusion.is_hard is 'True where nothing is built; false where the score of candidates is lowered.';
comment on column raw.exclusion.name is 'Name of the area, untrusted text.';
comment on column raw.exclusion.geom is 'Outline, polygon.';

create table raw.grant_area (
    load_id bigint not null references raw.load on delete cascade,
    source_id integer not null,
    record_number bigint not null,
    area_kind text not null,
    name text,
    geom geometry (Geometry, 4326) not null,
    primary key (load_id, source_id, record_number),
    constraint grant_area_source_fkey foreign key (load_id, source_id) references raw.load_source (load_id, source_id) on delete cascade
);
comment on table raw.grant_area is 'Areas that grant programs speak of, as layers of the region have them.';
comment on column raw.grant_area.load_id is 'The load that brought this record.';
comment on column raw.grant_area.source_id is 'The file it came from: raw.load_source.source_id.';
comment on column raw.grant_area.record_number is 'Place of the record in its file, counted from 1.';
comment on column raw.grant_area.area_kind is 'Kind of area, such as corridor: programs of scenarios name it.';
comment on column raw.grant_area.name is 'Name of the area, untrusted text.';
comment on column raw.grant_area.geom is 'Outline, polygon.';
