-- What a scenario asks for, phase by phase and level by level.

-- the schema is there already: it holds the version of the tables
comment on schema plan is 'Scenarios, locks, runs and their results; written by model, locks by planners.';

create table plan.scenario (
    scenario_id bigint generated always as identity primary key,
    name text not null,
    content_sha256 text not null,
    load_id bigint not null references raw.load on delete cascade,
    base_run_id bigint,
    resolved jsonb not null,
    demand_kind text not null,
    distance_kind text not null,
    site_power_limit_kw double precision not null,
    site_capex_limit_cad double precision,
    ports_retained_min integer not null,
    created_at timestamptz not null default now(),
    mode text not null default 'weighted',
    cost_limit_cad double precision,
    money_scale_cad double precision,
    hosting_capacity_factor double precision not null default 1,
    coincidence_from text not null default 'curve',
    budget_carries_over boolean,
    is_session_counted boolean not null default false,
    grant_stack_share_max double precision,
    publication_mip_gap_max double precision,
    upgrade_kept_session_share double precision not null default 0,
    constraint scenario_content_key unique (name, content_sha256),
    constraint scenario_demand_kind_check check (demand_kind in ('cell', 'reference_point')),
    constraint scenario_distance_kind_check check (distance_kind in ('road', 'straight_line')),
    constraint scenario_coincidence_from_check check (coincidence_from in ('records', 'curve')),
    constraint scenario_mode_check check (mode in ('weighted', 'lexicographic'))
);
comment on table plan.scenario is
    'A scenario as resolved: immutable; other parameters, another base run or another load make another row.';
comment on column plan.scenario.scenario_id is 'Number of the resolved scenario.';
comment on column plan.scenario.name is 'Name of the scenario file.';
comment on column plan.scenario.content_sha256 is 'SHA-256 of the resolved parameters, base run and load.';
comment on column plan.scenario.load_id is 'The load it plans on.';
comment on column plan.scenario.base_run_id is
    'The published run it continues from; null when it starts from today.';
comment on column plan.scenario.resolved is 'Every parameter with its value, as resolved.';
comment on column plan.scenario.demand_kind is
    'cell (hexagons) or reference_point (points of a published study).';
comment on column plan.scenario.distance_kind is 'road or straight_line.';
comment on column plan.scenario.site_power_limit_kw is 'Connection limit of a site.';
comment on column plan.scenario.site_capex_limit_cad is 'Highest capital cost at one site; null for none.';
comment on column plan.scenario.ports_retained_min is
    'Ports of each charger type of another level that an upgrade must retain.';
comment on column plan.scenario.created_at is 'When it was resolved.';
comment on column plan.scenario.mode is
    'weighted (one sum of terms) or lexicographic (priority levels, one after the other).';
comment on column plan.scenario.cost_limit_cad is
    'Most net capital cost of all phases together; null for none.';
comment on column plan.scenario.money_scale_cad is
    'What the money terms are measured against; null for the budgets of all phases together.';
comment on column plan.scenario.coincidence_from is
    'Which curve of coincidence it follows: for each level that of the session records of the region where there are any, or its own in any case.';
comment on column plan.scenario.hosting_capacity_factor is 'Factor on the hosting capacity of every feeder, station and supply.';
comment on column plan.scenario.budget_carries_over is
    'Money that a phase leaves is there for the next. Null in a scenario stored before this was known.';
comment on column plan.scenario.is_session_counted is
    'Charging sessions are counted: a rule or a term of the objective speaks of them.';
comment on column plan.scenario.grant_stack_share_max is
    'Most of a price that all grants together pay. Null in a scenario stored before this was known.';
comment on column plan.scenario.publication_mip_gap_max is
    'Widest MIP gap of a plan that is published. Null in a scenario stored before this was known.';
comment on column plan.scenario.upgrade_kept_session_share is
    'Share of the sessions that the ports of a station serve today, at each level, that those must serve which an upgrade leaves; 0 for none.';

create table plan.scenario_phase (
    scenario_id bigint not null references plan.scenario on delete cascade,
    phase integer not null,
    title text not null,
    year integer not null,
    budget_cad double precision not null,
    actions text[] not null,
    chargers text[] not null,
    discount_factor double precision not null,
    opex_limit_cad_per_year double precision,
    primary key (scenario_id, phase),
    constraint scenario_phase_actions_check check (actions <@ array['expand', 'upgrade', 'build', 'remove'])
);
comment on table plan.scenario_phase is 'Phases of a scenario.';
comment on column plan.scenario_phase.scenario_id is 'The scenario.';
comment on column plan.scenario_phase.phase is 'Number of the phase, from 1.';
comment on column plan.scenario_phase.title is 'What the phase is for.';
comment on column plan.scenario_phase.year is 'Calendar year of the projects.';
comment on column plan.scenario_phase.budget_cad is 'Money for the phase.';
comment on column plan.scenario_phase.actions is
    'Actions allowed: expand, upgrade, build, remove (keep always is).';
comment on column plan.scenario_phase.chargers is 'Charger types whose ports may be added.';
comment on column plan.scenario_phase.discount_factor is 'Worth of coverage in this phase against the first.';
comment on column plan.scenario_phase.opex_limit_cad_per_year is
    'Most running cost that the plan may have added by the end of the phase; null for no limit.';

create table plan.scenario_level (
    scenario_id bigint not null references plan.scenario on delete cascade,
    level text not null,
    title_en text not null,
    title_fr text not null,
    rank integer not null,
    usual_charger text not null,
    service_distance_m double precision not null,
    wait_max_min double precision not null,
    wait_probability_max double precision not null,
    zone_edge_m double precision not null,
    nearest_site_count integer not null,
    energy_share double precision not null,
    spacing_min_m double precision not null,
    gap_max_m double precision,
    overlap_station_count_max integer,
    primary key (scenario_id, level),
    constraint scenario_level_rank_key unique (scenario_id, rank)
);
comment on table plan.scenario_level is 'Classes of chargers that coverage speaks of.';
comment on column plan.scenario_level.scenario_id is 'The scenario.';
comment on column plan.scenario_level.level is 'Name of the level.';
comment on column plan.scenario_level.title_en is 'Its name for people, in English.';
comment on column plan.scenario_level.title_fr is 'Its name for people, in French.';
comment on column plan.scenario_level.rank is 'Order of the levels; a higher one is faster.';
comment on column plan.scenario_level.usual_charger is
    'Charger type assumed of a port of this level whose power is not known.';
comment on column plan.scenario_level.service_distance_m is
    'A cell is covered when a station with this level is within this distance.';
comment on column plan.scenario_level.wait_max_min is 'A wait longer than this is too long, minutes.';
comment on column plan.scenario_level.wait_probability_max is 'Share of sessions that may wait too long.';
comment on column plan.scenario_level.zone_edge_m is
    'Edge of the hexagons whose drivers are counted together.';
comment on column plan.scenario_level.nearest_site_count is
    'Sites that the drivers of a zone choose among.';
comment on column plan.scenario_level.energy_share is
    'Its share of the energy charged in public; the shares of a scenario sum to 1.';
comment on column plan.scenario_level.spacing_min_m is
    'No two sites with this level nearer to each other than this; 0 for any distance.';
comment on column plan.scenario_level.gap_max_m is
    'Every site with this level has another one within this distance; null for none.';
comment on column plan.scenario_level.overlap_station_count_max is
    'Most stations with this level within the service distance of a demand; null for any number.';

create table plan.scenario_charger (
    scenario_id bigint not null,
    charger_type text not null,
    level text not null,
    title_en text not null,
    title_fr text not null,
    port_kw double precision not null,
    equipment_cost_cad_per_port double precision not null,
    installation_cost_cad_per_port double precision not null,
    equipment_cost_cad_per_station double precision not null,
    civil_works_cost_cad_per_station double precision not null,
    make_ready_cost_cad_per_station double precision not null,
    dismantling_cost_cad_per_port double precision not null,
    dismantling_cost_cad_per_station double precision not null,
    opex_cad_per_port_year double precision not null,
    network_fee_cad_per_port_year double precision not null,
    price_cad_per_kwh double precision not null,
    price_cad_per_session double precision not null,
    price_cad_per_hour double precision not null,
    session_min double precision not null,
    kwh_per_session double precision not null,
    utilisation_share double precision not null,
    ports_min integer not null,
    ports_max integer not null,
    port_count_choices integer[] not null,
    primary key (scenario_id, charger_type),
    foreign key (scenario_id, level) references plan.scenario_level on delete cascade
);
comment on table plan.scenario_charger is 'Charger types of a scenario: power, prices, sessions and numbers of ports.';
comment on column plan.scenario_charger.scenario_id is 'The scenario.';
comment on column plan.scenario_charger.charger_type is 'Name of the charger type.';
comment on column plan.scenario_charger.level is 'Its level.';
comment on column plan.scenario_charger.title_en is 'Its name for people, in English.';
comment on column plan.scenario_charger.title_fr is 'Its name for people, in French.';
comment on column plan.scenario_charger.port_kw is 'Power of a port.';
comment on column plan.scenario_charger.equipment_cost_cad_per_port is 'Equipment of a port: what can be sold again.';
comment on column plan.scenario_charger.installation_cost_cad_per_port is 'Labour and materials of a port.';
comment on column plan.scenario_charger.equipment_cost_cad_per_station is
    'Equipment that the ports of this type share at a site: cabinets, payment, signs.';
comment on column plan.scenario_charger.civil_works_cost_cad_per_station is
    'Foundations, trenches, paving and protection at a site.';
comment on column plan.scenario_charger.make_ready_cost_cad_per_station is
    'Panel, conduit and cable from the service to the ports.';
comment on column plan.scenario_charger.dismantling_cost_cad_per_port is 'What it costs to take a port down.';
comment on column plan.scenario_charger.dismantling_cost_cad_per_station is
    'What it costs to restore a site when the last port of this type goes.';
comment on column plan.scenario_charger.opex_cad_per_port_year is 'Running cost of a port and year.';
comment on column plan.scenario_charger.network_fee_cad_per_port_year is
    'Network fee of a port and year; not in the running cost.';
comment on column plan.scenario_charger.price_cad_per_kwh is 'What a driver pays for a kWh.';
comment on column plan.scenario_charger.price_cad_per_session is 'What a driver pays for a session, beside energy and time.';
comment on column plan.scenario_charger.price_cad_per_hour is 'What a driver pays for an hour plugged in.';
comment on column plan.scenario_charger.session_min is 'Mean length of a session, minutes.';
comment on column plan.scenario_charger.kwh_per_session is 'Energy of a mean session.';
comment on column plan.scenario_charger.utilisation_share is 'Share of the time that a new port is busy.';
comment on column plan.scenario_charger.ports_min is 'Fewest ports of a new station.';
comment on column plan.scenario_charger.ports_max is 'Most new ports at a site.';
comment on column plan.scenario_charger.port_count_choices is 'Numbers of new ports that options offer.';

create table plan.scenario_charger_replaces (
    scenario_id bigint not null,
    charger_type text not null,
    replaced_type text not null,
    primary key (scenario_id, charger_type, replaced_type),
    foreign key (scenario_id, charger_type) references plan.scenario_charger on delete cascade,
    foreign key (scenario_id, replaced_type) references plan.scenario_charger on delete cascade
);
comment on table plan.scenario_charger_replaces is 'Charger types whose ports an upgrade may replace by another type.';
comment on column plan.scenario_charger_replaces.scenario_id is 'The scenario.';
comment on column plan.scenario_charger_replaces.charger_type is 'The type that an upgrade brings.';
comment on column plan.scenario_charger_replaces.replaced_type is 'A type whose ports it may replace.';

create table plan.scenario_target (
    scenario_id bigint not null references plan.scenario on delete cascade,
    phase integer not null,
    level text not null,
    coverage_min_share double precision not null,
    served_min_share double precision,
    primary key (scenario_id, phase, level)
);
comment on table plan.scenario_target is 'Least coverage that a scenario asks for.';
comment on column plan.scenario_target.scenario_id is 'The scenario.';
comment on column plan.scenario_target.phase is 'The phase.';
comment on column plan.scenario_target.level is 'The level.';
comment on column plan.scenario_target.coverage_min_share is
    'Least share of the weight that must be covered.';
comment on column plan.scenario_target.served_min_share is
    'Least share of the sessions of the peak hour that must be served. Null in a scenario stored before sessions were counted.';

create table plan.scenario_demand_weight (
    scenario_id bigint not null references plan.scenario on delete cascade,
    component text not null,
    share double precision not null,
    primary key (scenario_id, component)
);
comment on table plan.scenario_demand_weight is 'How the weight of a cell is mixed.';
comment on column plan.scenario_demand_weight.scenario_id is 'The scenario.';
comment on column plan.scenario_demand_weight.component is
    'ev, population, transit, infrastructure_quality or infrastructure_age.';
comment on column plan.scenario_demand_weight.share is
    'Its share of the weight; the shares of a scenario sum to 1.';

create table plan.scenario_objective (
    scenario_id bigint not null references plan.scenario on delete cascade,
    term text not null,
    weight double precision not null,
    primary key (scenario_id, term)
);
comment on table plan.scenario_objective is 'Weights of the objective''s terms, each term in [0, 1].';
comment on column plan.scenario_objective.scenario_id is 'The scenario.';
comment on column plan.scenario_objective.term is 'Name of the term.';
comment on column plan.scenario_objective.weight is
    'Its weight, never negative; the term''s own sign says whether more is better.';

create table plan.scenario_priority_level (
    scenario_id bigint not null references plan.scenario on delete cascade,
    priority_level integer not null,
    terms text[] not null,
    tolerance_share double precision not null,
    primary key (scenario_id, priority_level)
);
comment on table plan.scenario_priority_level is 'Priority levels of a lexicographic scenario, most important first.';
comment on column plan.scenario_priority_level.scenario_id is 'The scenario.';
comment on column plan.scenario_priority_level.priority_level is 'Number of the level, from 1.';
comment on column plan.scenario_priority_level.terms is 'Terms of the objective that count in it, by their weights.';
comment on column plan.scenario_priority_level.tolerance_share is
    'Share of its optimum that later priority levels may give up.';

create table plan.scenario_rule (
    scenario_id bigint not null references plan.scenario on delete cascade,
    rule text not null,
    is_on boolean not null,
    primary key (scenario_id, rule)
);
comment on table plan.scenario_rule is 'Rules of a scenario, on or off; what variables mean is no row, as it always holds.';
comment on column plan.scenario_rule.scenario_id is 'The scenario.';
comment on column plan.scenario_rule.rule is
    'Name of the rule: its file in model/formulation/constraints.';
comment on column plan.scenario_rule.is_on is 'False when the scenario switches it off.';
