-- Prices, grants, electricity, removal and grid upgrades in a scenario.

create table plan.scenario_price (
    scenario_id bigint primary key references plan.scenario on delete cascade,
    year integer not null,
    index_share_per_year double precision not null,
    soft_cost_share double precision not null,
    contingency_share double precision not null,
    connection_fixed_cost_cad double precision not null,
    connection_cost_cad_per_kw double precision not null,
    three_phase_kw_min double precision not null,
    transformer_cost_cad double precision not null,
    line_cost_cad_per_m double precision not null,
    distance_assumed_m double precision not null,
    distance_step_m double precision not null,
    equipment_resale_share double precision not null,
    equipment_life_year double precision,
    resale_share_unknown_age double precision not null
);
comment on table plan.scenario_price is 'Prices of a scenario that do not depend on the charger type, and the year that all its prices are of.';
comment on column plan.scenario_price.scenario_id is 'The scenario.';
comment on column plan.scenario_price.year is 'Calendar year that the prices are of.';
comment on column plan.scenario_price.index_share_per_year is 'By how much prices rise in a year.';
comment on column plan.scenario_price.soft_cost_share is
    'Design, permits, supervision: share of equipment, installation and connection.';
comment on column plan.scenario_price.contingency_share is 'Reserve: share of all of these, soft cost included.';
comment on column plan.scenario_price.connection_fixed_cost_cad is 'Application, meter and work of the utility where power is added.';
comment on column plan.scenario_price.connection_cost_cad_per_kw is 'For each kW added.';
comment on column plan.scenario_price.three_phase_kw_min is
    'A site of more than this needs three-phase supply at 600 V, and a transformer.';
comment on column plan.scenario_price.transformer_cost_cad is 'The transformer, paid once, when a site first exceeds that power.';
comment on column plan.scenario_price.line_cost_cad_per_m is 'Line to the nearest three-phase supply, paid with the transformer.';
comment on column plan.scenario_price.distance_assumed_m is 'Length of that line where the distance is not known.';
comment on column plan.scenario_price.distance_step_m is 'Its length is rounded up to a multiple of this.';
comment on column plan.scenario_price.equipment_resale_share is 'Share of its price that new equipment brings when it is taken away.';
comment on column plan.scenario_price.equipment_life_year is
    'Age at which equipment brings nothing; the share falls evenly until then. Null: it never falls.';
comment on column plan.scenario_price.resale_share_unknown_age is 'Share of its price that equipment of unknown age brings.';

create table plan.scenario_grant_program (
    scenario_id bigint not null references plan.scenario on delete cascade,
    program text not null,
    is_on boolean not null,
    family text not null,
    stream_en text not null,
    stream_fr text not null,
    rank integer not null,
    cost_share_max double precision not null,
    application_cap_cad double precision,
    open_from date,
    open_to date,
    build_within_month integer,
    area_population_max double precision,
    alone_level text not null,
    alone_m double precision not null,
    alone_port_count_min integer not null,
    apart_level text not null,
    apart_m double precision not null,
    owner_types text[] not null,
    access text[] not null,
    needs_open_all_day boolean not null,
    service_year_min integer not null,
    unknown_is_eligible boolean not null,
    primary key (scenario_id, program),
    foreign key (scenario_id, alone_level) references plan.scenario_level (scenario_id, level) on delete cascade,
    foreign key (scenario_id, apart_level) references plan.scenario_level (scenario_id, level) on delete cascade,
    constraint scenario_grant_program_owner_check check (owner_types <@ array['municipal', 'government', 'utility', 'private', 'joint']),
    constraint scenario_grant_program_access_check check (access <@ array['public', 'customers', 'members', 'one_make', 'private'])
);
comment on table plan.scenario_grant_program is
    'Grant programs that a scenario knows, with their streams and intakes, and what each asks of a site.';
comment on column plan.scenario_grant_program.scenario_id is 'The scenario.';
comment on column plan.scenario_grant_program.program is 'Name of the program.';
comment on column plan.scenario_grant_program.is_on is 'True when the scenario counts on it.';
comment on column plan.scenario_grant_program.rank is
    'Who pays first where the grants together reach their limit.';
comment on column plan.scenario_grant_program.cost_share_max is 'Most of the price that it pays.';
comment on column plan.scenario_grant_program.application_cap_cad is 'Most for one application; null for none.';
comment on column plan.scenario_grant_program.family is
    'What its streams and intakes have in common: only one program of a family pays for a site.';
comment on column plan.scenario_grant_program.stream_en is 'Name of the stream or intake, in English; empty where there is none.';
comment on column plan.scenario_grant_program.stream_fr is 'Name of the stream or intake, in French.';
comment on column plan.scenario_grant_program.open_from is 'First day of the intake; null for none.';
comment on column plan.scenario_grant_program.open_to is 'Last day of the intake; null for none.';
comment on column plan.scenario_grant_program.build_within_month is
    'Months from the last day within which a project is built; null for any time.';
comment on column plan.scenario_grant_program.area_population_max is
    'Most people of the planning area of a site; null for any number.';
comment on column plan.scenario_grant_program.alone_level is
    'Where no other station has this level near by, more ports of it are asked for.';
comment on column plan.scenario_grant_program.alone_m is 'What is near by.';
comment on column plan.scenario_grant_program.alone_port_count_min is 'Fewest new ports of the level there; 0 asks nothing.';
comment on column plan.scenario_grant_program.apart_level is 'No other station with this level stands near by.';
comment on column plan.scenario_grant_program.apart_m is 'What is near by; 0 asks nothing.';
comment on column plan.scenario_grant_program.owner_types is 'Owners that may apply; empty for any.';
comment on column plan.scenario_grant_program.access is 'Who may use the station; empty for anyone.';
comment on column plan.scenario_grant_program.needs_open_all_day is 'True where the station has to be open day and night.';
comment on column plan.scenario_grant_program.service_year_min is 'Fewest years of service.';
comment on column plan.scenario_grant_program.unknown_is_eligible is
    'True where a clause counts as kept whose answer the data does not know.';

create table plan.scenario_grant_planning_area (
    scenario_id bigint not null,
    program text not null,
    planning_area_id integer not null,
    is_in boolean not null,
    primary key (scenario_id, program, planning_area_id),
    foreign key (scenario_id, program) references plan.scenario_grant_program on delete cascade
);
comment on table plan.scenario_grant_planning_area is 'Planning areas that grant programs name.';
comment on column plan.scenario_grant_planning_area.scenario_id is 'The scenario.';
comment on column plan.scenario_grant_planning_area.program is 'The program.';
comment on column plan.scenario_grant_planning_area.planning_area_id is 'The planning area.';
comment on column plan.scenario_grant_planning_area.is_in is
    'True: it pays in this area, and in no other but those named likewise; false: it does not pay there.';

create table plan.scenario_grant_area (
    scenario_id bigint not null,
    program text not null,
    area_kind text not null,
    is_in boolean not null,
    primary key (scenario_id, program, area_kind),
    foreign key (scenario_id, program) references plan.scenario_grant_program on delete cascade
);
comment on table plan.scenario_grant_area is 'Kinds of grant areas that grant programs name.';
comment on column plan.scenario_grant_area.scenario_id is 'The scenario.';
comment on column plan.scenario_grant_area.program is 'The program.';
comment on column plan.scenario_grant_area.area_kind is 'The kind: core.grant_area.';
comment on column plan.scenario_grant_area.is_in is
    'True: a site lies in an area of one of the kinds named so; false: in none of these.';

create table plan.scenario_grant_band (
    scenario_id bigint not null references plan.scenario on delete cascade,
    program text not null,
    kw_min double precision not null,
    port_cap_cad double precision not null,
    primary key (scenario_id, program, kw_min)
);
comment on table plan.scenario_grant_band is 'What programs pay for a port, by its power.';
comment on column plan.scenario_grant_band.scenario_id is 'The scenario.';
comment on column plan.scenario_grant_band.program is 'The program.';
comment on column plan.scenario_grant_band.kw_min is 'The band holds from this power on, up to the next.';
comment on column plan.scenario_grant_band.port_cap_cad is 'Most for a new port.';

create table plan.scenario_grant_minimum (
    scenario_id bigint not null references plan.scenario on delete cascade,
    program text not null,
    alternative integer not null,
    level text not null,
    port_count_min integer not null,
    primary key (scenario_id, program, alternative, level),
    foreign key (scenario_id, level) references plan.scenario_level on delete cascade
);
comment on table plan.scenario_grant_minimum is
    'Fewest new ports at a site for a program to pay: all of one alternative; without any, it asks nothing.';
comment on column plan.scenario_grant_minimum.scenario_id is 'The scenario.';
comment on column plan.scenario_grant_minimum.program is 'The program.';
comment on column plan.scenario_grant_minimum.alternative is 'Number of the alternative, from 1; one is enough.';
comment on column plan.scenario_grant_minimum.level is 'The level.';
comment on column plan.scenario_grant_minimum.port_count_min is 'New ports of the level.';

create table plan.scenario_electricity (
    scenario_id bigint primary key references plan.scenario on delete cascade,
    is_transmission_charged boolean not null,
    transmission_charge_cad_per_kw_month double precision not null,
    distribution_charge_cad_per_kw_month double precision not null,
    energy_price_cad_per_kwh double precision not null,
    charging_loss_share double precision not null,
    demand_billed_kw_min double precision not null,
    is_evc_rate_offered boolean not null,
    evc_charge_share double precision not null,
    evc_kw_min double precision not null,
    evc_kw_max double precision not null,
    evc_load_factor_max double precision not null,
    evc_levels text[] not null
);
comment on table plan.scenario_electricity is
    'What the grid charges a station for its peak, and who pays less.';
comment on column plan.scenario_electricity.scenario_id is 'The scenario.';
comment on column plan.scenario_electricity.is_transmission_charged is
    'False: the running cost leaves the charge out.';
comment on column plan.scenario_electricity.transmission_charge_cad_per_kw_month is
    'Charge for a kW of the monthly peak.';
comment on column plan.scenario_electricity.distribution_charge_cad_per_kw_month is
    'Charge of the local distributor for a kW of the monthly peak; not in the running cost.';
comment on column plan.scenario_electricity.energy_price_cad_per_kwh is 'Price of a kWh at the meter.';
comment on column plan.scenario_electricity.charging_loss_share is
    'Share of the energy at the meter that reaches no vehicle.';
comment on column plan.scenario_electricity.demand_billed_kw_min is
    'Stations below this power do not pay by their peak.';
comment on column plan.scenario_electricity.is_evc_rate_offered is
    'True when stations may have the rate for charging.';
comment on column plan.scenario_electricity.evc_charge_share is 'Share of the charge that they pay then.';
comment on column plan.scenario_electricity.evc_kw_min is 'The rate asks for at least this power.';
comment on column plan.scenario_electricity.evc_kw_max is 'And at most this.';
comment on column plan.scenario_electricity.evc_load_factor_max is 'And for a load factor of at most this.';
comment on column plan.scenario_electricity.evc_levels is
    'And that ports of these levels make at least half of the power.';

create table plan.scenario_station (
    scenario_id bigint primary key references plan.scenario on delete cascade,
    coverage_access text[] not null,
    change_owner_types text[] not null,
    owned_owner_types text[] not null,
    change_site_ids integer[] not null,
    constraint scenario_station_access_check check (coverage_access <@ array['public', 'customers', 'members', 'one_make', 'private']),
    constraint scenario_station_change_check check (change_owner_types <@ array['municipal', 'government', 'utility', 'private', 'joint', 'unknown']),
    constraint scenario_station_owned_check check (owned_owner_types <@ array['municipal', 'government', 'utility', 'private', 'joint', 'unknown'])
);
comment on table plan.scenario_station is
    'Which stations of today cover demand, which a scenario may change, and which the planner owns.';
comment on column plan.scenario_station.scenario_id is 'The scenario.';
comment on column plan.scenario_station.coverage_access is
    'Stations with this access count as coverage; unknown access counts as public.';
comment on column plan.scenario_station.change_owner_types is 'Stations of these owners may be changed.';
comment on column plan.scenario_station.owned_owner_types is 'Stations of these owners belong to the planner.';
comment on column plan.scenario_station.change_site_ids is 'Stations that may be changed whoever owns them: core.site.';

create table plan.scenario_economy (
    scenario_id bigint primary key references plan.scenario on delete cascade,
    horizon_year integer not null,
    discount_share_per_year double precision not null,
    energy_index_share_per_year double precision not null,
    driver_price_index_share_per_year double precision not null,
    payment_fee_share double precision not null,
    grid_g_per_kwh double precision not null,
    fuel_g_per_km double precision not null,
    km_per_kwh double precision not null,
    additional_share double precision not null
);
comment on table plan.scenario_economy is 'What a plan earns and avoids in a scenario; the model of a plan reads nothing of it.';
comment on column plan.scenario_economy.scenario_id is 'The scenario.';
comment on column plan.scenario_economy.horizon_year is 'Years that a project runs after the year in which it is built.';
comment on column plan.scenario_economy.discount_share_per_year is 'Interest by which later money counts less.';
comment on column plan.scenario_economy.energy_index_share_per_year is 'By how much the price of energy rises in a year.';
comment on column plan.scenario_economy.driver_price_index_share_per_year is 'By how much what drivers pay rises in a year.';
comment on column plan.scenario_economy.payment_fee_share is 'Share of what drivers pay that payment costs.';
comment on column plan.scenario_economy.grid_g_per_kwh is 'Greenhouse gas of a kWh of electricity.';
comment on column plan.scenario_economy.fuel_g_per_km is 'Greenhouse gas of a km of the car that is replaced.';
comment on column plan.scenario_economy.km_per_kwh is 'Distance that a vehicle drives with a kWh charged.';
comment on column plan.scenario_economy.additional_share is 'Share of the energy that would have been petrol without the plan.';

create table plan.scenario_removal (
    scenario_id bigint primary key references plan.scenario on delete cascade,
    is_candidate_only boolean not null,
    utilisation_share_max double precision not null,
    alternative_distance_m double precision not null,
    opex_cad_per_session_min double precision not null,
    candidate_score_min double precision not null,
    is_hard_exclusion_kept boolean not null,
    junctions text not null constraint scenario_removal_junctions_check check (junctions in ('all', 'corridor', 'none'))
);
comment on table plan.scenario_removal is
    'Which stations a scenario may take away, and which candidates it may build on.';
comment on column plan.scenario_removal.scenario_id is 'The scenario.';
comment on column plan.scenario_removal.is_candidate_only is
    'True: only stations that the three limits name.';
comment on column plan.scenario_removal.utilisation_share_max is 'A station busier than this is needed.';
comment on column plan.scenario_removal.alternative_distance_m is
    'Another one with its levels within this distance, by road, before and ever after.';
comment on column plan.scenario_removal.opex_cad_per_session_min is
    'A station that costs less for each session is no burden.';
comment on column plan.scenario_removal.candidate_score_min is
    'No station is built on a candidate with a lower score.';
comment on column plan.scenario_removal.is_hard_exclusion_kept is 'True: nor on ground that excludes it.';
comment on column plan.scenario_removal.junctions is
    'At which bare junctions stations may be built: all, those that a corridor needs, or none.';

create table plan.scenario_coincidence (
    scenario_id bigint not null references plan.scenario on delete cascade,
    port_count integer not null check (port_count > 0),
    share double precision not null check (share > 0 and share <= 1),
    primary key (scenario_id, port_count)
);
comment on table plan.scenario_coincidence is
    'Points of the curve of coincidence: how much of the power of ports meets the peak of the grid, by their number.';
comment on column plan.scenario_coincidence.scenario_id is 'The scenario.';
comment on column plan.scenario_coincidence.port_count is 'Ports together; the first point is one.';
comment on column plan.scenario_coincidence.share is 'Most of them that are busy at once, as a share.';

create table plan.scenario_grid_upgrade (
    scenario_id bigint not null references plan.scenario on delete cascade,
    step integer not null,
    added_kw double precision not null,
    cost_cad double precision not null,
    primary key (scenario_id, step)
);
comment on table plan.scenario_grid_upgrade is
    'Grid upgrades that every grid area may have, each once.';
comment on column plan.scenario_grid_upgrade.scenario_id is 'The scenario.';
comment on column plan.scenario_grid_upgrade.step is 'Number of the step, from 1.';
comment on column plan.scenario_grid_upgrade.added_kw is 'Power that it adds.';
comment on column plan.scenario_grid_upgrade.cost_cad is 'Its price.';
