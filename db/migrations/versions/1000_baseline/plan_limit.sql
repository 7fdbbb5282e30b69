-- Limits of a scenario in space, by area and by group of people.

create table plan.scenario_limit (
    scenario_id bigint primary key references plan.scenario on delete cascade,
    corridor_road_classes text[] not null,
    corridor_gap_max_m double precision not null,
    corridor_detour_m double precision not null,
    corridor_levels text[] not null,
    project_count_max integer not null,
    area_project_count_max integer not null,
    equity_ratio_min double precision not null,
    is_equity_in_every_phase boolean not null
);
comment on table plan.scenario_limit is
    'Limits of a scenario on where stations stand and how many are worked on.';
comment on column plan.scenario_limit.scenario_id is 'The scenario.';
comment on column plan.scenario_limit.corridor_road_classes is 'Road classes along which stations must follow each other.';
comment on column plan.scenario_limit.corridor_gap_max_m is 'Longest stretch of a corridor without a station.';
comment on column plan.scenario_limit.corridor_detour_m is 'A site this near to a corridor serves it.';
comment on column plan.scenario_limit.corridor_levels is 'Levels whose stations serve a corridor, each by itself.';
comment on column plan.scenario_limit.project_count_max is 'Most projects of a phase.';
comment on column plan.scenario_limit.area_project_count_max is
    'Most projects of a phase and planning area.';
comment on column plan.scenario_limit.equity_ratio_min is
    'Least coverage of a group against that of all people.';
comment on column plan.scenario_limit.is_equity_in_every_phase is
    'False: fairness is asked for at the end only.';

create table plan.scenario_area_limit (
    scenario_id bigint not null references plan.scenario on delete cascade,
    planning_area_id integer not null,
    station_count_min integer not null,
    station_count_max integer,
    primary key (scenario_id, planning_area_id)
);
comment on table plan.scenario_area_limit is 'Stations that a scenario wants in each planning area.';
comment on column plan.scenario_area_limit.scenario_id is 'The scenario.';
comment on column plan.scenario_area_limit.planning_area_id is 'The planning area.';
comment on column plan.scenario_area_limit.station_count_min is 'Fewest stations at the end of the plan.';
comment on column plan.scenario_area_limit.station_count_max is 'Most stations; null for no limit.';

create table plan.scenario_area_level_limit (
    scenario_id bigint not null,
    planning_area_id integer not null,
    level text not null,
    station_count_min integer not null,
    primary key (scenario_id, planning_area_id, level),
    foreign key (scenario_id, planning_area_id) references plan.scenario_area_limit on delete cascade,
    foreign key (scenario_id, level) references plan.scenario_level on delete cascade
);
comment on table plan.scenario_area_level_limit is
    'Stations with a level that a scenario wants in each planning area.';
comment on column plan.scenario_area_level_limit.scenario_id is 'The scenario.';
comment on column plan.scenario_area_level_limit.planning_area_id is 'The planning area.';
comment on column plan.scenario_area_level_limit.level is 'The level.';
comment on column plan.scenario_area_level_limit.station_count_min is
    'Fewest stations with the level at the end of the plan.';

create table plan.scenario_equity (
    scenario_id bigint not null references plan.scenario on delete cascade,
    group_kind text not null,
    group_name text not null,
    level text not null,
    floor_share double precision,
    is_protected boolean not null,
    primary key (scenario_id, group_kind, group_name, level)
);
comment on table plan.scenario_equity is 'Groups of people that a scenario is fair to.';
comment on column plan.scenario_equity.scenario_id is 'The scenario.';
comment on column plan.scenario_equity.group_kind is 'Kind of the group: analysis.equity_group.';
comment on column plan.scenario_equity.group_name is 'Name of the group.';
comment on column plan.scenario_equity.level is 'The level.';
comment on column plan.scenario_equity.floor_share is 'Least covered share; null where none is asked for.';
comment on column plan.scenario_equity.is_protected is 'True: what coverage the group has it keeps.';
