-- needs: plan.run_audit, plan.run, plan.scenario_rule, model.scenario
-- grain: one row per (run_id, rule)

create view report.rule_audit as

select
    row_number() over (order by a.run_id, a.rule) as rule_audit_id,
    a.run_id,
    a.rule,
    coalesce(u.is_on, true) as is_on,
    a.violation_count,
    a.first_code,
    a.first_value
from plan.run_audit as a
join plan.run as r using (run_id)
join model.scenario as s using (scenario_id)
left join plan.scenario_rule as u on u.scenario_id = r.scenario_id and u.rule = a.rule;

comment on view report.rule_audit is 'What the audit found of figures and rules, and whether the scenario asks for the rule at all: one that is off is not asked for, and so not kept either.';
comment on column report.rule_audit.rule_audit_id is 'Key for GIS clients.';
comment on column report.rule_audit.run_id is 'The run.';
comment on column report.rule_audit.rule is 'Name of the rule, or figure_ and what figures were recomputed.';
comment on column report.rule_audit.is_on is 'True for figures, and when the plan has to keep the rule.';
comment on column report.rule_audit.violation_count is 'What the audit found against it; nothing of a rule that is off.';
comment on column report.rule_audit.first_code is 'What is wrong with the first of them; null where there is none.';
comment on column report.rule_audit.first_value is 'Names and numbers of its sentence.';
