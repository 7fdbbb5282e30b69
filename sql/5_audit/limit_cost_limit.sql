-- needs: audit.audited_run, audit.phase_cost, plan.scenario, plan.scenario_rule
-- grain: one row per (run_id, subject)

create view audit.limit_cost_limit as

select
    a.run_id, 'all phases' as subject, 'plan_cost' as code, '{}'::jsonb as value,
    n.cost_limit_cad as expected, c.net_cad as found, c.net_cad > n.cost_limit_cad + 0.01 as is_violated
from audit.audited_run as a
join plan.scenario_rule as u on u.scenario_id = a.scenario_id and u.rule = 'cost_limit' and u.is_on
join plan.scenario as n on n.scenario_id = a.scenario_id
cross join lateral (select sum(p.net_cad) as net_cad from audit.phase_cost as p where p.run_id = a.run_id) as c
where n.cost_limit_cad is not null;

comment on view audit.limit_cost_limit is 'What plans cost, all phases together, and may cost.';
comment on column audit.limit_cost_limit.run_id is 'The run.';
comment on column audit.limit_cost_limit.subject is 'All phases, as the key that plan.run_constraint_slack has.';
comment on column audit.limit_cost_limit.code is 'What would be broken: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.limit_cost_limit.value is 'The same in names and numbers: what the sentence takes beside expected and found.';
comment on column audit.limit_cost_limit.expected is 'The limit, CAD.';
comment on column audit.limit_cost_limit.found is 'The net cost of decisions and grid upgrades, CAD.';
comment on column audit.limit_cost_limit.is_violated is 'True where the plan breaks the rule.';
