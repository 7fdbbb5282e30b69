-- needs: plan.run_constraint_slack, plan.run, model.scenario
-- grain: one row per (run_id, rule, subject)

create view report.constraint_slack as

select
    row_number() over (order by b.run_id, b.rule, b.subject) as constraint_slack_id,
    b.run_id,
    b.rule,
    b.subject,
    b.about,
    b.limit_value,
    b.found_value,
    b.slack,
    b.binding_count > 0 as is_binding,
    b.row_count,
    b.binding_count,
    b.marginal_value,
    b.marginal_value_max,
    b.step,
    replace(lower(b.unit), ' ', '_') as unit
from plan.run_constraint_slack as b
join plan.run as r using (run_id)
join model.scenario as s using (scenario_id);

comment on view report.constraint_slack is 'What each rule leaves in a plan, and what relaxing it by a step would bring.';
comment on column report.constraint_slack.constraint_slack_id is 'Key for GIS clients.';
comment on column report.constraint_slack.run_id is 'The run.';
comment on column report.constraint_slack.rule is 'Name of the rule.';
comment on column report.constraint_slack.subject is 'What it speaks of, as a key: a phase, a grid area, or all of its rows together.';
comment on column report.constraint_slack.about is 'The same in codes and numbers, such as phase and grid_node_id; empty for many rows together.';
comment on column report.constraint_slack.limit_value is 'What the rule allows or asks for; null for many rows together.';
comment on column report.constraint_slack.found_value is 'What the plan has; null for many rows together.';
comment on column report.constraint_slack.slack is 'What is left; the least of many rows.';
comment on column report.constraint_slack.is_binding is 'True when less is left than one more decision would take.';
comment on column report.constraint_slack.row_count is 'Rows of the model that stand behind it.';
comment on column report.constraint_slack.binding_count is 'How many of them leave less than that.';
comment on column report.constraint_slack.marginal_value is 'Change of the objective when it is relaxed by a step, solved again; null until explained.';
comment on column report.constraint_slack.marginal_value_max is 'The change is not above this.';
comment on column report.constraint_slack.step is 'The step, in the unit of the rule.';
comment on column report.constraint_slack.unit is 'Unit of limit, found, slack and step: cad and cad_per_year in the currency of the region, kw, share, stations, sites, locks.';
