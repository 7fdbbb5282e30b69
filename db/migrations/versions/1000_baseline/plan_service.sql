-- Sessions that a plan serves.

create table plan.demand_service (
    run_id bigint not null references plan.run on delete cascade,
    phase integer not null,
    level text not null,
    zone_id bigint not null,
    demand_per_h double precision not null,
    served_per_h double precision not null,
    primary key (run_id, phase, level, zone_id)
);
comment on table plan.demand_service is 'Sessions in the peak hour that each demand zone asks for and gets.';
comment on column plan.demand_service.run_id is 'The run.';
comment on column plan.demand_service.phase is 'The phase, at its end.';
comment on column plan.demand_service.level is 'The level.';
comment on column plan.demand_service.zone_id is 'The zone: model.zone_member, the lowest of its cells.';
comment on column plan.demand_service.demand_per_h is 'Sessions asked for.';
comment on column plan.demand_service.served_per_h is 'Sessions served.';

create table plan.served_demand (
    run_id bigint not null references plan.run on delete cascade,
    phase integer not null,
    level text not null,
    site_id integer not null,
    capacity_per_h double precision not null,
    sessions_per_h double precision not null,
    primary key (run_id, phase, level, site_id)
);
comment on table plan.served_demand is
    'Sessions in the peak hour that each standing station could serve and does.';
comment on column plan.served_demand.run_id is 'The run.';
comment on column plan.served_demand.phase is 'The phase, at its end.';
comment on column plan.served_demand.level is 'The level.';
comment on column plan.served_demand.site_id is 'The site.';
comment on column plan.served_demand.capacity_per_h is
    'Sessions that its ports serve within the accepted wait.';
comment on column plan.served_demand.sessions_per_h is 'Sessions that it serves.';

create table plan.served_flow (
    run_id bigint not null references plan.run on delete cascade,
    phase integer not null,
    level text not null,
    zone_id bigint not null,
    site_id integer not null,
    sessions_per_h double precision not null,
    primary key (run_id, phase, level, zone_id, site_id)
);
comment on table plan.served_flow is
    'Sessions in the peak hour that go from a demand zone to a station; only where there are any.';
comment on column plan.served_flow.run_id is 'The run.';
comment on column plan.served_flow.phase is 'The phase, at its end.';
comment on column plan.served_flow.level is 'The level.';
comment on column plan.served_flow.zone_id is 'The zone.';
comment on column plan.served_flow.site_id is 'The site.';
comment on column plan.served_flow.sessions_per_h is 'Sessions served.';

create table plan.service_without (
    run_id bigint not null references plan.run on delete cascade,
    phase integer not null,
    level text not null,
    served_per_h double precision not null,
    primary key (run_id, phase, level)
);
comment on table plan.service_without is
    'Sessions in the peak hour that the stations of before a plan would serve if it did nothing.';
comment on column plan.service_without.run_id is 'The run.';
comment on column plan.service_without.phase is 'The phase, at its end, with all that is asked for by then.';
comment on column plan.service_without.level is 'The level.';
comment on column plan.service_without.served_per_h is 'Sessions served.';

create table plan.full_station (
    run_id bigint not null references plan.run on delete cascade,
    phase integer not null,
    level text not null,
    site_id integer not null,
    primary key (run_id, phase, level, site_id)
);
comment on table plan.full_station is
    'Stations of before a plan that would be full without it while drivers within their reach go without: they show that no more could be served.';
comment on column plan.full_station.run_id is 'The run.';
comment on column plan.full_station.phase is 'The phase, at its end.';
comment on column plan.full_station.level is 'The level.';
comment on column plan.full_station.site_id is 'The site.';
