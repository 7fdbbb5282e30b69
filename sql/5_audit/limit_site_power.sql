-- needs: audit.audited_run, audit.decision_price, plan.scenario, plan.scenario_rule
-- grain: one row per (run_id, code, value)

create view audit.limit_site_power as

select
    a.run_id, 'site_power' as code, jsonb_build_object('site_id', p.site_id, 'phase', p.phase) as value,
    n.site_power_limit_kw as expected, p.peak_kw as found, p.peak_kw > n.site_power_limit_kw + 1e-6 as is_violated
from audit.audited_run as a
join plan.scenario_rule as u on u.scenario_id = a.scenario_id and u.rule = 'site_power' and u.is_on
join plan.scenario as n on n.scenario_id = a.scenario_id
join audit.decision_price as p on p.run_id = a.run_id;

comment on view audit.limit_site_power is 'Changed sites with the power that they draw and may draw.';
comment on column audit.limit_site_power.run_id is 'The run.';
comment on column audit.limit_site_power.code is 'What would be broken: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.limit_site_power.value is 'The site and phase: what the sentence takes beside expected and found.';
comment on column audit.limit_site_power.expected is 'The limit, kW.';
comment on column audit.limit_site_power.found is 'What the plan has there.';
comment on column audit.limit_site_power.is_violated is 'True where the plan breaks the rule.';
