-- needs: model.scenario, plan.scenario_stage
-- grain: one row per (scenario_id, stage)

create view model.stage as

select t.scenario_id, t.stage, t.terms, t.tolerance_share
from model.scenario as s
join plan.scenario_stage as t using (scenario_id);

comment on view model.stage is 'Stages of lexicographic scenarios: what each maximises while those before it hold.';
comment on column model.stage.scenario_id is 'The scenario.';
comment on column model.stage.stage is 'Number of the stage, most important first.';
comment on column model.stage.terms is 'Terms of the objective that count in it, by their weights.';
comment on column model.stage.tolerance_share is 'Share of its optimum that later stages may give up.';
