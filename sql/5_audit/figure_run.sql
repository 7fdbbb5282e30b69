-- needs: audit.audited_run, audit.phase_cost, plan.run, plan.scenario, plan.run_objective_term, plan.run_priority_level
-- grain: one row per (run_id, code, value)

create view audit.figure_run as

with due as not materialized (
    select
        r.run_id, r.objective, r.dual_bound, r.mip_gap, r.capex_cad, r.net_capex_cad, r.grid_upgrade_cad, n.mode,
        c.capex_due, c.net_due, c.grid_upgrade_due, t.objective_due,
        case n.mode
            when 'lexicographic' then p.gap_due
            else greatest(r.dual_bound - r.objective, 0) / greatest(abs(r.objective), 1e-10)
        end as gap_due
    from audit.audited_run as a
    join plan.run as r on r.run_id = a.run_id
    join plan.scenario as n on n.scenario_id = a.scenario_id
    cross join lateral (
        select sum(s.capex_cad) as capex_due, sum(s.net_cad) as net_due, sum(s.grid_upgrade_cad) as grid_upgrade_due
        from audit.phase_cost as s where s.run_id = a.run_id
    ) as c
    cross join lateral (select sum(o.contribution) as objective_due from plan.run_objective_term as o where o.run_id = a.run_id) as t
    cross join lateral (select max(l.mip_gap) as gap_due from plan.run_priority_level as l where l.run_id = a.run_id) as p
)

select d.run_id, v.code, '{}'::jsonb as value, v.expected, v.found
from due as d
cross join lateral (values
    ('run_capex', d.capex_due, d.capex_cad, 0.01),
    ('run_net_capex', d.net_due, d.net_capex_cad, 0.01),
    ('run_grid_upgrade', d.grid_upgrade_due, d.grid_upgrade_cad, 0.01),
    ('run_objective', d.objective_due, d.objective, 1e-6 * greatest(abs(d.objective_due), 1)),
    ('run_gap', d.gap_due, d.mip_gap, 1e-9)
) as v (code, expected, found, tolerance)
where coalesce(abs(v.expected - v.found) > v.tolerance, true)

union all

-- where priority levels follow one another there is no one dual bound
select
    run_id, case when mode = 'lexicographic' then 'run_dual_bound_extra' else 'run_dual_bound' end, '{}',
    case when mode <> 'lexicographic' then objective end, dual_bound
from due
where case mode when 'lexicographic' then dual_bound is not null else coalesce(dual_bound < objective - 1e-9 * greatest(abs(objective), 1), true) end;

comment on view audit.figure_run is 'Figures of runs that are not the sum of their decisions and terms, and bounds worse than the objective.';
comment on column audit.figure_run.run_id is 'The run.';
comment on column audit.figure_run.code is 'What is wrong: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.figure_run.value is 'Empty: the run is all that it speaks of; the sentence takes expected and found alone.';
comment on column audit.figure_run.expected is 'The figure worked out anew, or the least that the dual bound may be; null where there should be none.';
comment on column audit.figure_run.found is 'What the run says.';
