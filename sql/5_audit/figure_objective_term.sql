-- needs: audit.audited_run, audit.objective_term, plan.scenario_objective, plan.run_objective_term
-- grain: one row per (run_id, subject)

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

select
    c.run_id, format('term %s, %s', c.term, v.what) as subject, v.expected, v.found,
    format('The %s of term %s is %s; the plan says %s.', v.what, c.term, coalesce(v.expected::text, 'none'), coalesce(v.found::text, 'nothing'))
        as message
from compared as c
cross join lateral (values
    ('value', c.value_due, c.value, 1e-9),
    ('weight', c.weight_due, c.weight, 1e-9),
    ('contribution', c.sign * c.weight_due * c.value_due, c.contribution, 1e-9 * greatest(c.weight_due, 1))
) as v (what, expected, found, tolerance)
where coalesce(abs(v.expected - v.found) > v.tolerance, true);

comment on view audit.figure_objective_term is 'Terms of the objective whose value, weight or contribution, worked out anew, is not what the plan says, that are missing or not asked for.';
comment on column audit.figure_objective_term.run_id is 'The run.';
comment on column audit.figure_objective_term.subject is 'The term and figure.';
comment on column audit.figure_objective_term.expected is 'The figure worked out anew; null where there should be none.';
comment on column audit.figure_objective_term.found is 'What the plan says.';
comment on column audit.figure_objective_term.message is 'The violation in words.';
