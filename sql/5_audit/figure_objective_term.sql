-- needs: audit.audited_run, audit.objective_term, plan.scenario_objective, plan.run_objective_term
-- grain: one row per (run_id, code, value)

create view audit.figure_objective_term as

with compared as not materialized (
    select
        a.run_id, k.term, d.value as value_due, w.value, w.weight, w.contribution, coalesce(o.weight, 0) as weight_due,
        d.sign
    from audit.audited_run as a
    cross join lateral (
        select d.term from audit.objective_term as d where d.run_id = a.run_id
        union
        select s.term from plan.run_objective_term as s where s.run_id = a.run_id
    ) as k
    left join audit.objective_term as d on d.run_id = a.run_id and d.term = k.term
    left join plan.run_objective_term as w on w.run_id = a.run_id and w.term = k.term
    left join plan.scenario_objective as o on o.scenario_id = a.scenario_id and o.term = k.term
)

select c.run_id, v.code, jsonb_build_object('term', c.term) as value, v.expected, v.found
from compared as c
cross join lateral (values
    ('term_value', c.value_due, c.value, 1e-9),
    ('term_weight', c.weight_due, c.weight, 1e-9),
    ('term_contribution', c.sign * c.weight_due * c.value_due, c.contribution, 1e-9 * greatest(c.weight_due, 1))
) as v (code, expected, found, tolerance)
where coalesce(abs(v.expected - v.found) > v.tolerance, true);

comment on view audit.figure_objective_term is 'Terms of the objective whose value, weight or contribution, worked out anew, is not what the plan says, that are missing or not asked for.';
comment on column audit.figure_objective_term.run_id is 'The run.';
comment on column audit.figure_objective_term.code is 'What is wrong: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.figure_objective_term.value is 'The term: what the sentence takes beside expected and found.';
comment on column audit.figure_objective_term.expected is 'The figure worked out anew; null where there should be none.';
comment on column audit.figure_objective_term.found is 'What the plan says.';
