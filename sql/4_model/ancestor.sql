-- needs: model.scenario, plan.scenario, plan.run
-- grain: one row per (scenario_id, run_id)

create view model.ancestor as

with recursive chain as (
    select scenario_id, base_run_id as run_id, 1 as generation
    from model.scenario
    where base_run_id is not null
    union all
    select c.scenario_id, s.base_run_id, c.generation + 1
    from chain as c
    join plan.run as r on r.run_id = c.run_id
    join plan.scenario as s on s.scenario_id = r.scenario_id
    where s.base_run_id is not null
)

select scenario_id, run_id, generation
from chain;

comment on view model.ancestor is 'Runs that a scenario continues from, all the way back; together they are one plan.';
comment on column model.ancestor.scenario_id is 'The scenario that continues.';
comment on column model.ancestor.run_id is 'A run it builds upon.';
comment on column model.ancestor.generation is '1 for the run it continues from, 2 for the one before, and so on.';
