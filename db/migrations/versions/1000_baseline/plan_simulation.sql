-- Days of charging sessions, played on a plan.

create table plan.simulation (
    simulation_id bigint generated always as identity primary key,
    run_id bigint not null references plan.run on delete cascade,
    phase integer not null,
    made_at timestamptz not null default now(),
    replication_count integer not null,
    t_quantile double precision not null,
    seed integer not null,
    service_cv double precision,
    is_profile_measured boolean not null
);
comment on table plan.simulation is 'Days of charging sessions that were played on a plan.';
comment on column plan.simulation.simulation_id is 'Number of the simulation.';
comment on column plan.simulation.run_id is 'The run.';
comment on column plan.simulation.phase is 'The phase, at its end.';
comment on column plan.simulation.made_at is 'When it was made.';
comment on column plan.simulation.replication_count is 'Days that were played.';
comment on column plan.simulation.t_quantile is 'Quantile of Student''s t for a 95 % interval of their mean.';
comment on column plan.simulation.seed is 'Seed of the random numbers.';
comment on column plan.simulation.service_cv is
    'Coefficient of variation of lognormal session times; null for exponential ones.';
comment on column plan.simulation.is_profile_measured is
    'True when the hours of the day are those of session records, false for the stated ones.';

create table plan.simulation_hour (
    simulation_id bigint not null references plan.simulation on delete cascade,
    replication integer not null,
    level text not null,
    hour integer not null,
    is_peak boolean not null,
    port_count integer not null,
    arrived_count integer not null,
    served_count integer not null,
    balked_count integer not null,
    wait_min double precision not null,
    busy_min double precision not null,
    primary key (simulation_id, replication, level, hour)
);
comment on table plan.simulation_hour is 'Cars of a played day by level and hour of arrival.';
comment on column plan.simulation_hour.simulation_id is 'The simulation.';
comment on column plan.simulation_hour.replication is 'Number of the day.';
comment on column plan.simulation_hour.level is 'The level.';
comment on column plan.simulation_hour.hour is 'Hour of the day, from 0.';
comment on column plan.simulation_hour.is_peak is 'True in the busiest hour, of which the plan speaks.';
comment on column plan.simulation_hour.port_count is 'Ports of the level.';
comment on column plan.simulation_hour.arrived_count is 'Cars that came.';
comment on column plan.simulation_hour.served_count is 'Cars of these that charged.';
comment on column plan.simulation_hour.balked_count is
    'Cars that left: no port within reach, or none free in the time that drivers wait.';
comment on column plan.simulation_hour.wait_min is 'Minutes that those who charged waited, together.';
comment on column plan.simulation_hour.busy_min is 'Minutes that ports were busy in the hour, together.';

create table plan.simulation_station (
    simulation_id bigint not null references plan.simulation on delete cascade,
    replication integer not null,
    site_id integer not null,
    level text not null,
    port_count integer not null,
    arrived_count integer not null,
    peak_served_count integer not null,
    served_count integer not null,
    balked_count integer not null,
    wait_min double precision not null,
    busy_min double precision not null,
    primary key (simulation_id, replication, site_id, level)
);
comment on table plan.simulation_station is 'Cars of a played day by station and level.';
comment on column plan.simulation_station.simulation_id is 'The simulation.';
comment on column plan.simulation_station.replication is 'Number of the day.';
comment on column plan.simulation_station.site_id is 'The site.';
comment on column plan.simulation_station.level is 'The level.';
comment on column plan.simulation_station.port_count is 'Its ports.';
comment on column plan.simulation_station.arrived_count is 'Cars that came.';
comment on column plan.simulation_station.peak_served_count is 'Cars that came in the busiest hour and charged.';
comment on column plan.simulation_station.served_count is 'Cars that charged.';
comment on column plan.simulation_station.balked_count is 'Cars that left, as none was free in the time that drivers wait.';
comment on column plan.simulation_station.wait_min is 'Minutes that those who charged waited, together.';
comment on column plan.simulation_station.busy_min is 'Minutes that its ports were busy on the day, together.';
