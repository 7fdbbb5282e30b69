-- needs: audit.audited_run, audit.phase_cost, plan.scenario_rule, plan.scenario_phase
-- grain: one row per (run_id, subject)

create view audit.limit_opex_limit as

select
    a.run_id, 'phase ' || f.phase as subject, f.opex_limit_cad_per_year as expected, c.added_cad_per_year as found,
    c.added_cad_per_year > f.opex_limit_cad_per_year + 0.01 as is_violated,
    format('By the end of phase %s the plan adds %s %s of running cost per year; it may add %s.', f.phase,
        round(c.added_cad_per_year::numeric, 2), a.currency, f.opex_limit_cad_per_year) as message
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
comment on column audit.limit_opex_limit.subject is 'The phase.';
comment on column audit.limit_opex_limit.expected is 'Most running cost that the plan may have added, CAD per year.';
comment on column audit.limit_opex_limit.found is 'Running cost that it adds.';
comment on column audit.limit_opex_limit.is_violated is 'True where the plan breaks the rule.';
comment on column audit.limit_opex_limit.message is 'The violation in words.';
