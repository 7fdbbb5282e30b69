-- What a plan does and brings.

create table plan.decision (
    decision_id bigint generated always as identity primary key,
    run_id bigint not null references plan.run on delete cascade,
    phase integer not null,
    site_id integer not null,
    site_name text,
    option_id text not null,
    action text not null,
    equipment_cad double precision not null,
    installation_cad double precision not null,
    connection_cad double precision not null,
    soft_cost_cad double precision not null,
    contingency_cad double precision not null,
    dismantling_cad double precision not null,
    capex_cad double precision not null,
    grant_cad double precision not null,
    resale_cad double precision not null,
    opex_change_cad_per_year double precision not null,
    added_kw double precision not null,
    grid_area_id integer,
    planning_area_id integer,
    geom geometry (Point) not null,
    constraint decision_site_key unique (run_id, phase, site_id),
    constraint decision_action_check check (action in ('expand', 'upgrade', 'build', 'remove'))
);
create index decision_geom_idx on plan.decision using gist (geom);
comment on table plan.decision is 'What a plan does at a site: one row per site that changes.';
comment on column plan.decision.decision_id is 'Number of the decision.';
comment on column plan.decision.run_id is 'The run.';
comment on column plan.decision.phase is 'The phase of the project.';
comment on column plan.decision.site_id is 'The site.';
comment on column plan.decision.site_name is 'Its name at the time, untrusted text.';
comment on column plan.decision.option_id is 'The option of model.site_option.';
comment on column plan.decision.action is 'expand, upgrade, build or remove.';
comment on column plan.decision.equipment_cad is 'Equipment of new ports and stations.';
comment on column plan.decision.installation_cad is 'Their installation: labour, civil works, make-ready.';
comment on column plan.decision.connection_cad is 'Connection, transformer and line.';
comment on column plan.decision.soft_cost_cad is 'Design, permits, supervision.';
comment on column plan.decision.contingency_cad is 'Reserve.';
comment on column plan.decision.dismantling_cad is 'Taking down what goes.';
comment on column plan.decision.capex_cad is 'Capital cost, the sum of these, in money of the year of the phase.';
comment on column plan.decision.grant_cad is 'Grants.';
comment on column plan.decision.resale_cad is 'What removed equipment brings.';
comment on column plan.decision.opex_change_cad_per_year is 'Change of the running cost.';
comment on column plan.decision.added_kw is 'Change of the connected power.';
comment on column plan.decision.grid_area_id is 'Grid area of the site.';
comment on column plan.decision.planning_area_id is 'Planning area of the site.';
comment on column plan.decision.geom is 'Place, in the region''s metric CRS.';

create table plan.decision_port (
    run_id bigint not null,
    phase integer not null,
    site_id integer not null,
    charger_type text not null,
    port_count_before integer not null,
    port_count_after integer not null,
    primary key (run_id, phase, site_id, charger_type),
    foreign key (run_id, phase, site_id) references plan.decision (run_id, phase, site_id) on delete cascade,
    constraint decision_port_count_check check (
        port_count_before >= 0 and port_count_after >= 0 and port_count_before + port_count_after > 0
    )
);
comment on table plan.decision_port is
    'Ports of a site that changes, before and after: one row per charger type that it has at either time.';
comment on column plan.decision_port.run_id is 'The run.';
comment on column plan.decision_port.phase is 'The phase of the project.';
comment on column plan.decision_port.site_id is 'The site.';
comment on column plan.decision_port.charger_type is 'The charger type of the scenario.';
comment on column plan.decision_port.port_count_before is 'Its ports before.';
comment on column plan.decision_port.port_count_after is 'Its ports after.';

create table plan.decision_grant (
    run_id bigint not null,
    phase integer not null,
    site_id integer not null,
    program text not null,
    eligible_cad double precision not null,
    granted_cad double precision not null,
    primary key (run_id, phase, site_id, program),
    foreign key (run_id, phase, site_id) references plan.decision (run_id, phase, site_id) on delete cascade
);
comment on table plan.decision_grant is 'What each program gives to a project; plan.decision has the sum.';
comment on column plan.decision_grant.run_id is 'The run.';
comment on column plan.decision_grant.phase is 'The phase of the project.';
comment on column plan.decision_grant.site_id is 'The site.';
comment on column plan.decision_grant.program is 'The program.';
comment on column plan.decision_grant.eligible_cad is 'What the project would get by itself.';
comment on column plan.decision_grant.granted_cad is 'Its part of what the application gets, by what it would get by itself.';

create table plan.demand_coverage (
    run_id bigint not null references plan.run on delete cascade,
    phase integer not null,
    demand_id bigint not null,
    level text not null,
    weight_share double precision not null,
    is_covered_before boolean not null,
    is_covered_after boolean not null,
    primary key (run_id, phase, level, demand_id)
);
comment on table plan.demand_coverage is
    'Coverage of each demand cell (or reference point) before and after, by level and phase.';
comment on column plan.demand_coverage.run_id is 'The run.';
comment on column plan.demand_coverage.phase is 'The phase, at its end.';
comment on column plan.demand_coverage.demand_id is 'Cell of core.demand_cell, or reference point.';
comment on column plan.demand_coverage.level is 'The level.';
comment on column plan.demand_coverage.weight_share is
    'Weight of the demand; sums to 1 per run, phase and level.';
comment on column plan.demand_coverage.is_covered_before is 'Covered at the start of the plan.';
comment on column plan.demand_coverage.is_covered_after is 'Covered at the end of the phase.';

create table plan.grid_load (
    run_id bigint not null references plan.run on delete cascade,
    phase integer not null,
    grid_node_id integer not null,
    added_kw double precision not null,
    remaining_kw double precision,
    grid_upgrade_kw double precision not null default 0,
    primary key (run_id, phase, grid_node_id)
);
comment on table plan.grid_load is 'Power that a plan adds on each feeder, station and supply, against its hosting capacity.';
comment on column plan.grid_load.run_id is 'The run.';
comment on column plan.grid_load.phase is 'The phase, at its end.';
comment on column plan.grid_load.grid_node_id is 'The node of the grid: core.grid_node; that of a station is its grid area.';
comment on column plan.grid_load.added_kw is
    'Power added since the start of the plan, times coincidence.';
comment on column plan.grid_load.remaining_kw is 'Power that may be added.';
comment on column plan.grid_load.grid_upgrade_kw is 'Power that grid upgrades add to the hosting capacity.';

create table plan.grid_upgrade (
    run_id bigint not null references plan.run on delete cascade,
    phase integer not null,
    grid_area_id integer not null,
    step integer not null,
    added_kw double precision not null,
    cost_cad double precision not null,
    primary key (run_id, grid_area_id, step, phase)
);
comment on table plan.grid_upgrade is 'Grid upgrades that a plan buys.';
comment on column plan.grid_upgrade.run_id is 'The run.';
comment on column plan.grid_upgrade.phase is 'The phase that pays it; it holds from then on.';
comment on column plan.grid_upgrade.grid_area_id is 'The grid area.';
comment on column plan.grid_upgrade.step is 'The step of the scenario.';
comment on column plan.grid_upgrade.added_kw is 'Power that it adds.';
comment on column plan.grid_upgrade.cost_cad is 'Its price.';

create table plan.application_grant (
    run_id bigint not null references plan.run on delete cascade,
    phase integer not null,
    program text not null,
    eligible_cad double precision not null,
    cap_cad double precision,
    granted_cad double precision not null,
    primary key (run_id, phase, program)
);
comment on table plan.application_grant is
    'What each program gives to one application: all projects of a phase.';
comment on column plan.application_grant.run_id is 'The run.';
comment on column plan.application_grant.phase is 'The phase.';
comment on column plan.application_grant.program is 'The program.';
comment on column plan.application_grant.eligible_cad is 'What the projects would get one by one.';
comment on column plan.application_grant.cap_cad is 'Most for one application; null for none.';
comment on column plan.application_grant.granted_cad is 'What the application gets.';

create table plan.idle_action (
    run_id bigint not null references plan.run on delete cascade,
    action text not null,
    reason text not null,
    site_count bigint not null,
    affordable_count bigint not null,
    net_cad_min double precision,
    money_cad_max double precision,
    primary key (run_id, action)
);
comment on table plan.idle_action is
    'Of plans that change nothing: why each action that the scenario allows is left, as the run found it.';
comment on column plan.idle_action.run_id is 'The run.';
comment on column plan.idle_action.action is 'The action.';
comment on column plan.idle_action.reason is 'The first step at which all sites fall out: model.action_funnel.';
comment on column plan.idle_action.site_count is 'Sites where it could be done.';
comment on column plan.idle_action.affordable_count is 'Sites where it is on offer and affordable.';
comment on column plan.idle_action.net_cad_min is 'Least that it costs, net; null where it is not on offer.';
comment on column plan.idle_action.money_cad_max is 'Most that a phase may spend; null without a limit.';
