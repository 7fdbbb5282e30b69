-- needs: audit.audited_run, plan.run, plan.scenario_priority_level, plan.run_priority_level,
--   plan.scenario_objective, audit.objective_term
-- grain: one row per (run_id, code, value)

create view audit.figure_priority_level as

with compared as not materialized (
    select
        a.run_id, k.priority_level, w.objective, w.dual_bound, w.mip_gap, w.solve_s, w.tolerance_share,
        s.priority_level is not null and w.priority_level is not null and s.terms = w.terms and s.tolerance_share = w.tolerance_share
            as is_asked_for,
        w.priority_level is null as is_missing,
        -- a search that ends early may leave the last ones out; a plan that is called optimal has all
        k.priority_level = 1 or r.status = 'optimal' as is_due,
        -- a term on its own counts as it is, also where its weight is 0
        (
            select sum(t.sign * t.value * case when cardinality(s.terms) > 1 then coalesce(o.weight, 0) else 1 end)
            from audit.objective_term as t
            left join plan.scenario_objective as o on o.scenario_id = a.scenario_id and o.term = t.term
            where t.run_id = a.run_id and t.term = any (s.terms)
        ) as kept,
        k.priority_level = max(w.priority_level) over (partition by a.run_id) as is_last,
        max(w.priority_level) over (partition by a.run_id) as level_count
    from audit.audited_run as a
    join plan.run as r on r.run_id = a.run_id
    cross join lateral (
        select p.priority_level from plan.scenario_priority_level as p where p.scenario_id = a.scenario_id
        union
        select p.priority_level from plan.run_priority_level as p where p.run_id = a.run_id
    ) as k
    left join plan.scenario_priority_level as s on s.scenario_id = a.scenario_id and s.priority_level = k.priority_level
    left join plan.run_priority_level as w on w.run_id = a.run_id and w.priority_level = k.priority_level
)

select c.run_id, v.code, jsonb_build_object('priority_level', c.priority_level) as value, v.expected, v.found
from compared as c
cross join lateral (values
    ('priority_definition', 1::double precision, 0::double precision, not c.is_asked_for and (not c.is_missing or c.priority_level < c.level_count)),
    ('priority_missing', 1, 0, c.is_missing and c.is_due),
    ('priority_gap', greatest(c.dual_bound - c.objective, 0) / greatest(abs(c.objective), 1e-10), c.mip_gap, abs(
        greatest(c.dual_bound - c.objective, 0) / greatest(abs(c.objective), 1e-10) - c.mip_gap) > 1e-9),
    ('priority_dual_bound', c.objective, c.dual_bound, c.dual_bound < c.objective - 1e-9 * greatest(abs(c.objective), 1)),
    ('priority_objective', c.kept, c.objective, case
        when c.is_last then abs(c.kept - c.objective) > 1e-6 * greatest(abs(c.objective), 1)
        else c.kept < c.objective - c.tolerance_share * abs(c.objective) - 1e-5 * greatest(abs(c.objective), 1)
    end)
) as v (code, expected, found, is_wrong)
where coalesce(v.is_wrong, false);

comment on view audit.figure_priority_level is 'Priority levels that are not those of the scenario, whose dual bound or gap is not what it must be, or of which later ones gave up too much.';
comment on column audit.figure_priority_level.run_id is 'The run.';
comment on column audit.figure_priority_level.code is 'What is wrong: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.figure_priority_level.value is 'The priority level: what the sentence takes beside expected and found.';
comment on column audit.figure_priority_level.expected is 'The figure worked out anew, or what the plan has kept of it.';
comment on column audit.figure_priority_level.found is 'What the plan says.';
