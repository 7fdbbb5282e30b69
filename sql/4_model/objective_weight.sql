-- needs: model.scenario, plan.scenario_objective
-- grain: one row per (scenario_id, term)

create view model.objective_weight as

select o.scenario_id, o.term, o.weight
from model.scenario as s
join plan.scenario_objective as o on o.scenario_id = s.scenario_id;

comment on view model.objective_weight is 'Weights of the terms of the objective.';
comment on column model.objective_weight.scenario_id is 'The scenario.';
comment on column model.objective_weight.term is 'Name of the term; of one by level, with the level behind a dot.';
comment on column model.objective_weight.weight is 'Its weight, never negative.';
