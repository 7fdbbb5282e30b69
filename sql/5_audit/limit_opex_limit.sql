-- needs: audit.audited_run, audit.phase_cost, plan.scenario_rule, plan.scenario_phase
-- grain: one row per (run_id, subject)

create view audit.limit_opex_limit as

select
    a.run_id, 'phase ' || f.phase as subject, 'phase_opex' as code, jsonb_build_object('phase', f.phase) as value,
    f.opex_limit_cad_per_year as expected, c.added_cad_per_year as found,
    c.added_cad_per_year > f.opex_limit_cad_per_year + 0.01 as is_violated
from audit.audited_run as a
join plan.scenario_rule as u on u.scenario_id = a.scenario_id and u.rule = 'opex_limit' and u.is_on
join plan.scenario_phase as f on f.scenario_id = a.scenario_id
cross join lateral (
    select sum(p.opex_change_cad_per_year) as added_cad_per_year
    from audit.phase_cost as p where p.run_id = a.run_id and p.phase <= f.phase
) as c
where f.opex_limit_cad_per_year is not null;

comment on view audit.limit_opex_limit is 'Phases with the running cost that a plan adds by their end and may add.';
comment on column audit.limit_opex_limit.run_id is 'The run.';
comment on column audit.limit_opex_limit.subject is 'The phase, as the key that plan.run_constraint_slack has.';
comment on column audit.limit_opex_limit.code is 'What would be broken: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.limit_opex_limit.value is 'The same in names and numbers: what the sentence takes beside expected and found.';
comment on column audit.limit_opex_limit.expected is 'Most running cost that the plan may have added, CAD per year.';
comment on column audit.limit_opex_limit.found is 'Running cost that it adds.';
comment on column audit.limit_opex_limit.is_violated is 'True where the plan breaks the rule.';
