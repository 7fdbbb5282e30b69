-- needs: audit.audited_run, audit.phase_cost, plan.scenario, plan.scenario_rule, plan.scenario_phase
-- grain: one row per (run_id, subject)

create view audit.limit_budget as

select
    a.run_id, 'phase ' || f.phase as subject, 'phase_cost' as code, jsonb_build_object('phase', f.phase) as value,
    p.budget_cad as expected, p.net_cad as found, p.net_cad > p.budget_cad + 0.01 as is_violated
from audit.audited_run as a
join plan.scenario_rule as u on u.scenario_id = a.scenario_id and u.rule = 'budget' and u.is_on
join plan.scenario as n on n.scenario_id = a.scenario_id
join plan.scenario_phase as f on f.scenario_id = a.scenario_id
-- money that an earlier phase leaves may be there for this one
cross join lateral (
    select sum(e.budget_cad) as budget_cad, sum(c.net_cad) as net_cad
    from plan.scenario_phase as e
    join audit.phase_cost as c on c.run_id = a.run_id and c.phase = e.phase
    where e.scenario_id = a.scenario_id and (e.phase = f.phase or n.budget_carries_over and e.phase < f.phase)
) as p;

comment on view audit.limit_budget is 'Phases with what they cost and may cost.';
comment on column audit.limit_budget.run_id is 'The run.';
comment on column audit.limit_budget.subject is 'The phase, as the key that plan.run_constraint_slack has.';
comment on column audit.limit_budget.code is 'What would be broken: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.limit_budget.value is 'The same in names and numbers: what the sentence takes beside expected and found.';
comment on column audit.limit_budget.expected is 'The budget, with what earlier phases left where it carries over, CAD.';
comment on column audit.limit_budget.found is 'What the phases cost, CAD.';
comment on column audit.limit_budget.is_violated is 'True where the plan breaks the rule.';
