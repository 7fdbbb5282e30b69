-- needs: model.scenario, plan.scenario_grant_program
-- grain: one row per (scenario_id, program)

create view model.grant_program as

select
    s.scenario_id,
    p.program,
    p.family,
    p.rank,
    s.grant_stack_share_max as stack_share_max,
    p.cost_share_max,
    p.application_cap_cad,
    p.open_from,
    (p.open_to + make_interval(months => p.build_within_month))::date as built_by,
    p.area_population_max,
    p.alone_level,
    p.alone_m,
    p.alone_port_count_min,
    p.apart_level,
    p.apart_m,
    p.owner_types,
    p.access,
    p.needs_open_all_day,
    p.service_year_min,
    p.unknown_is_eligible
from model.scenario as s
join plan.scenario_grant_program as p on p.scenario_id = s.scenario_id
where p.is_on;

comment on view model.grant_program is 'Grant programs that a scenario counts on, with their streams and intakes, and what each asks of a site.';
comment on column model.grant_program.scenario_id is 'The scenario.';
comment on column model.grant_program.program is 'Name of the program.';
comment on column model.grant_program.family is 'Programs of one family are streams or intakes of one: only one of them pays for a site.';
comment on column model.grant_program.rank is 'Who pays first where the grants together reach their limit.';
comment on column model.grant_program.stack_share_max is 'Most of a price that all programs together pay.';
comment on column model.grant_program.cost_share_max is 'Most of the price that it pays.';
comment on column model.grant_program.application_cap_cad is 'Most for an application: all projects of a phase; null for none.';
comment on column model.grant_program.open_from is 'First day of the intake; null for none.';
comment on column model.grant_program.built_by is 'Last day on which a project may be built; null for none.';
comment on column model.grant_program.area_population_max is 'Most people of the planning area of a site; null for any number.';
comment on column model.grant_program.alone_level is 'Where no other station has this level within alone_m, more ports of it are asked for.';
comment on column model.grant_program.alone_m is 'See alone_level.';
comment on column model.grant_program.alone_port_count_min is 'Fewest new ports of alone_level there; 0 asks nothing.';
comment on column model.grant_program.apart_level is 'No other station with this level stands within apart_m.';
comment on column model.grant_program.apart_m is 'See apart_level; 0 asks nothing.';
comment on column model.grant_program.owner_types is 'Owners that may apply; empty for any.';
comment on column model.grant_program.access is 'Who may use the station; empty for anyone.';
comment on column model.grant_program.needs_open_all_day is 'The station is open day and night.';
comment on column model.grant_program.service_year_min is 'Fewest years of service; 0 asks nothing.';
comment on column model.grant_program.unknown_is_eligible is 'A clause counts as kept whose answer the data does not know.';
