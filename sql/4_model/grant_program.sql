-- needs: model.scenario, plan.scenario_grant_program
-- grain: one row per (scenario_id, program)

create view model.grant_program as

select
    s.scenario_id,
    p.program,
    p.rank,
    s.grant_stack_share_max as stack_share_max,
    p.cost_share_max,
    p.application_cap_cad
from model.scenario as s
join plan.scenario_grant_program as p on p.scenario_id = s.scenario_id
where p.is_on;

comment on view model.grant_program is 'Grant programs that a scenario counts on.';
comment on column model.grant_program.scenario_id is 'The scenario.';
comment on column model.grant_program.program is 'Name of the program.';
comment on column model.grant_program.rank is 'Who pays first where the grants together reach their limit.';
comment on column model.grant_program.stack_share_max is 'Most of a price that all programs together pay.';
comment on column model.grant_program.cost_share_max is 'Most of the price that it pays.';
comment on column model.grant_program.application_cap_cad is 'Most for an application: all projects of a phase; null for none.';
