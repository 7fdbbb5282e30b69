-- needs: model.grant_program, model.phase
-- grain: one row per (scenario_id, program, phase)

create view model.grant_phase as

select
    g.scenario_id,
    g.program,
    p.phase,
    make_date(p.year, 7, 1) as built_on,
    coalesce(make_date(p.year, 7, 1) >= g.open_from, true) and coalesce(make_date(p.year, 7, 1) <= g.built_by, true) as is_kept
from model.grant_program as g
join model.phase as p on p.scenario_id = g.scenario_id;

comment on view model.grant_phase is 'Phases that the dates of each grant program let it pay for: the one clause that depends on no site.';
comment on column model.grant_phase.scenario_id is 'The scenario.';
comment on column model.grant_phase.program is 'The program: model.grant_program.';
comment on column model.grant_phase.phase is 'The phase.';
comment on column model.grant_phase.built_on is 'When it is taken to build: the middle of its year.';
comment on column model.grant_phase.is_kept is 'That lies no earlier than the intake opens, and no later than its projects have to be built.';
