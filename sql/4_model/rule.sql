-- needs: model.scenario, plan.scenario_rule
-- grain: one row per (scenario_id, rule)

create view model.rule as

select r.scenario_id, r.rule
from model.scenario as s
join plan.scenario_rule as r on r.scenario_id = s.scenario_id
where r.is_on;

comment on view model.rule is 'Rules that a scenario has on; what is no row here does not bind.';
comment on column model.rule.scenario_id is 'The scenario.';
comment on column model.rule.rule is 'Name of the rule.';
