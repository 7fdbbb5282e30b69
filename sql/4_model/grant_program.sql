-- needs: model.scenario, model.tariff, plan.scenario_grant_program, plan.scenario_grant_band, plan.scenario_grant_minimum
-- grain: one row per (scenario_id, program)

create view model.grant_program as

select
    s.scenario_id,
    p.program,
    p.rank,
    s.grant_stack_share_max as stack_share_max,
    p.cost_share_max,
    p.application_cap_cad,
    coalesce((
        select b.port_cap_cad from plan.scenario_grant_band as b
        where b.scenario_id = p.scenario_id and b.program = p.program and b.kw_min <= t.l2_port_kw
        order by b.kw_min desc limit 1
    ), 0) as l2_port_cap_cad,
    coalesce((
        select b.port_cap_cad from plan.scenario_grant_band as b
        where b.scenario_id = p.scenario_id and b.program = p.program and b.kw_min <= t.l3_port_kw
        order by b.kw_min desc limit 1
    ), 0) as l3_port_cap_cad,
    array(
        select m.l2_port_count_min from plan.scenario_grant_minimum as m
        where m.scenario_id = p.scenario_id and m.program = p.program
        order by m.l2_port_count_min, m.l3_port_count_min
    ) as l2_port_count_mins,
    array(
        select m.l3_port_count_min from plan.scenario_grant_minimum as m
        where m.scenario_id = p.scenario_id and m.program = p.program
        order by m.l2_port_count_min, m.l3_port_count_min
    ) as l3_port_count_mins
from model.scenario as s
join model.tariff as t on t.scenario_id = s.scenario_id
join plan.scenario_grant_program as p on p.scenario_id = s.scenario_id
where p.is_on;

comment on view model.grant_program is 'Grant programs that a scenario counts on, with what they pay for a port of each level.';
comment on column model.grant_program.scenario_id is 'The scenario.';
comment on column model.grant_program.program is 'Name of the program.';
comment on column model.grant_program.rank is 'Who pays first where the grants together reach their limit.';
comment on column model.grant_program.stack_share_max is 'Most of a price that all programs together pay.';
comment on column model.grant_program.cost_share_max is 'Most of the price that it pays.';
comment on column model.grant_program.application_cap_cad is 'Most for an application: all projects of a phase; null for none.';
comment on column model.grant_program.l2_port_cap_cad is 'Most for a new Level 2 port, by the band of its power; 0 below all bands.';
comment on column model.grant_program.l3_port_cap_cad is 'Most for a new Level 3 port.';
comment on column model.grant_program.l2_port_count_mins is 'Fewest new Level 2 ports at a site, in pairs with l3_port_count_mins; one pair is enough, no pair asks nothing.';
comment on column model.grant_program.l3_port_count_mins is 'Fewest new Level 3 ports at a site.';
