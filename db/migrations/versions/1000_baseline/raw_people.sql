-- People, addresses and electric vehicles.

create table raw.census_area (
    load_id bigint not null references raw.load on delete cascade,
    source_id integer not null,
    record_number bigint not null,
    area_key text not null,
    planning_area_key text,
    population double precision not null,
    dwelling_count double precision,
    household_count double precision,
    apartment_count double precision,
    median_income_cad double precision,
    geom geometry (Geometry, 4326),
    primary key (load_id, source_id, record_number),
    constraint census_area_source_fkey foreign key (load_id, source_id) references raw.load_source (load_id, source_id) on delete cascade
);
comment on table raw.census_area is
    'Areas with people: census areas, or any points or polygons with a population.';
comment on column raw.census_area.load_id is 'The load that brought this record.';
comment on column raw.census_area.source_id is 'The file it came from: raw.load_source.source_id.';
comment on column raw.census_area.record_number is 'Place of the record in its file, counted from 1.';
comment on column raw.census_area.area_key is 'Key of the area.';
comment on column raw.census_area.planning_area_key is
    'Key of the municipality it lies in, where the source says so.';
comment on column raw.census_area.population is 'People.';
comment on column raw.census_area.dwelling_count is 'Private dwellings.';
comment on column raw.census_area.household_count is 'Occupied private dwellings.';
comment on column raw.census_area.apartment_count is 'Dwellings in apartment buildings.';
comment on column raw.census_area.median_income_cad is 'Median household income per year.';
comment on column raw.census_area.geom is 'Point or polygon; null when the source has none.';

create table raw.address (
    load_id bigint not null references raw.load on delete cascade,
    source_id integer not null,
    record_number bigint not null,
    street_number text,
    street text,
    city text,
    geom geometry (Point, 4326) not null,
    primary key (load_id, source_id, record_number),
    constraint address_source_fkey foreign key (load_id, source_id) references raw.load_source (load_id, source_id) on delete cascade
);
comment on table raw.address is 'Civic addresses.';
comment on column raw.address.load_id is 'The load that brought this record.';
comment on column raw.address.source_id is 'The file it came from: raw.load_source.source_id.';
comment on column raw.address.record_number is 'Place of the record in its file, counted from 1.';
comment on column raw.address.street_number is 'Number in the street.';
comment on column raw.address.street is 'Street.';
comment on column raw.address.city is 'Municipality as the source spells it.';
comment on column raw.address.geom is 'Place of the address.';

create table raw.postal_area (
    load_id bigint not null references raw.load on delete cascade,
    source_id integer not null,
    record_number bigint not null,
    postal_area_key text not null,
    geom geometry (Geometry, 4326) not null,
    primary key (load_id, source_id, record_number),
    constraint postal_area_source_fkey foreign key (load_id, source_id) references raw.load_source (load_id, source_id) on delete cascade
);
comment on table raw.postal_area is 'Outlines of postal areas.';
comment on column raw.postal_area.load_id is 'The load that brought this record.';
comment on column raw.postal_area.source_id is 'The file it came from: raw.load_source.source_id.';
comment on column raw.postal_area.record_number is 'Place of the record in its file, counted from 1.';
comment on column raw.postal_area.postal_area_key is 'Forward sortation area or other postal area.';
comment on column raw.postal_area.geom is 'Outline, polygon.';

create table raw.ev_count (
    load_id bigint not null references raw.load on delete cascade,
    source_id integer not null,
    record_number bigint not null,
    postal_area_key text not null,
    bev_count double precision,
    phev_count double precision,
    ev_count double precision not null,
    count_date date,
    column_number integer not null default 1,
    primary key (load_id, source_id, record_number, column_number),
    constraint ev_count_source_fkey foreign key (load_id, source_id) references raw.load_source (load_id, source_id) on delete cascade
);
comment on table raw.ev_count is 'Electric vehicles registered by postal area.';
comment on column raw.ev_count.load_id is 'The load that brought this record.';
comment on column raw.ev_count.source_id is 'The file it came from: raw.load_source.source_id.';
comment on column raw.ev_count.record_number is 'Place of the record in its file, counted from 1.';
comment on column raw.ev_count.postal_area_key is 'Forward sortation area or other postal area.';
comment on column raw.ev_count.bev_count is 'Battery electric vehicles; null when the source is silent.';
comment on column raw.ev_count.phev_count is 'Plug-in hybrids; null when the source is silent.';
comment on column raw.ev_count.ev_count is 'Battery electric and plug-in hybrid vehicles.';
comment on column raw.ev_count.count_date is 'Day the vehicles were counted, where the source says.';
comment on column raw.ev_count.column_number is
    'Which of the columns of a table that has one for each date, counted from 1; 1 in other tables.';

create table raw.projection (
    load_id bigint not null references raw.load on delete cascade,
    source_id integer not null,
    record_number bigint not null,
    planning_area_key text,
    year integer not null,
    population double precision not null,
    primary key (load_id, source_id, record_number),
    constraint projection_source_fkey foreign key (load_id, source_id) references raw.load_source (load_id, source_id) on delete cascade
);
comment on table raw.projection is 'People expected in later years.';
comment on column raw.projection.load_id is 'The load that brought this record.';
comment on column raw.projection.source_id is 'The file it came from: raw.load_source.source_id.';
comment on column raw.projection.record_number is 'Place of the record in its file, counted from 1.';
comment on column raw.projection.planning_area_key is 'Key or name of the planning area; null for the whole region.';
comment on column raw.projection.year is 'Year, its middle.';
comment on column raw.projection.population is 'People.';

create table raw.job_area (
    load_id bigint not null references raw.load on delete cascade,
    source_id integer not null,
    record_number bigint not null,
    area_key text not null,
    job_count double precision not null,
    geom geometry (Geometry, 4326) not null,
    primary key (load_id, source_id, record_number),
    constraint job_area_source_fkey foreign key (load_id, source_id) references raw.load_source (load_id, source_id) on delete cascade
);
comment on table raw.job_area is 'Where people work: points or polygons with a number of jobs.';
comment on column raw.job_area.load_id is 'The load that brought this record.';
comment on column raw.job_area.source_id is 'The file it came from: raw.load_source.source_id.';
comment on column raw.job_area.record_number is 'Place of the record in its file, counted from 1.';
comment on column raw.job_area.area_key is 'Key of the place or area.';
comment on column raw.job_area.job_count is 'Jobs.';
comment on column raw.job_area.geom is 'Point or polygon.';
