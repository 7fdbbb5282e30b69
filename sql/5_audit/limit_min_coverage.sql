-- needs: audit.audited_run, plan.scenario_rule, plan.scenario_target, plan.demand_coverage
-- grain: one row per (run_id, subject)

create view audit.limit_min_coverage as

select
    a.run_id, format('%s, phase %s', t.level, t.phase) as subject, 'coverage_share' as code,
    jsonb_build_object('level', t.level, 'phase', t.phase) as value, t.coverage_min_share as expected, d.share as found,
    d.share < t.coverage_min_share - 1e-6 as is_violated
from audit.audited_run as a
join plan.scenario_rule as u on u.scenario_id = a.scenario_id and u.rule = 'min_coverage' and u.is_on
join plan.scenario_target as t on t.scenario_id = a.scenario_id and t.coverage_min_share > 0
cross join lateral (
    select coalesce(sum(w.weight_share) filter (where w.is_covered_after), 0) as share
    from plan.demand_coverage as w where w.run_id = a.run_id and w.phase = t.phase and w.level = t.level
) as d;

comment on view audit.limit_min_coverage is 'Levels and phases with the coverage that they have and must have.';
comment on column audit.limit_min_coverage.run_id is 'The run.';
comment on column audit.limit_min_coverage.subject is 'The level and phase, as the key that plan.run_constraint_slack has.';
comment on column audit.limit_min_coverage.code is 'What would be broken: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.limit_min_coverage.value is 'The same in names and numbers: what the sentence takes beside expected and found.';
comment on column audit.limit_min_coverage.expected is 'Least share of the weight.';
comment on column audit.limit_min_coverage.found is 'Share that is covered.';
comment on column audit.limit_min_coverage.is_violated is 'True where the plan breaks the rule.';
