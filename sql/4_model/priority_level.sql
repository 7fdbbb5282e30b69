-- needs: model.scenario, plan.scenario_priority_level
-- grain: one row per (scenario_id, priority_level)

create view model.priority_level as

select t.scenario_id, t.priority_level, t.terms, t.tolerance_share
from model.scenario as s
join plan.scenario_priority_level as t using (scenario_id);

comment on view model.priority_level is 'Priority levels of lexicographic scenarios: what each maximises while those before it hold.';
comment on column model.priority_level.scenario_id is 'The scenario.';
comment on column model.priority_level.priority_level is 'Number of the level, most important first.';
comment on column model.priority_level.terms is 'Terms of the objective that count in it, by their weights.';
comment on column model.priority_level.tolerance_share is 'Share of its optimum that later priority levels may give up.';
