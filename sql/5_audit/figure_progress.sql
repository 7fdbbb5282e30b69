-- needs: audit.audited_run, plan.run, plan.scenario, plan.run_progress, plan.run_priority_level
-- grain: one row per (run_id, code, value)

create view audit.figure_progress as

with moment as not materialized (
    select
        p.run_id, p.number, p.priority_level, p.step, p.elapsed_s, p.incumbent, p.dual_bound, r.solve_s,
        row_number() over (partition by p.run_id order by p.number) as number_due,
        lag(p.elapsed_s, 1, 0) over (partition by p.run_id order by p.number) as elapsed_before_s,
        lag(p.priority_level) over (partition by p.run_id order by p.number) as priority_level_before,
        lag(p.incumbent) over solved as incumbent_before,
        lag(p.dual_bound) over solved as dual_bound_before,
        lead(p.number) over solved is null as is_last
    from audit.audited_run as a
    join plan.run as r on r.run_id = a.run_id
    join plan.run_progress as p on p.run_id = a.run_id
    -- each priority level is a solve of its own, with an objective of its own
    window solved as (partition by p.run_id, p.priority_level order by p.number)
),

solved as not materialized (
    select r.run_id, null::integer as priority_level, r.objective, r.dual_bound
    from audit.audited_run as a
    join plan.run as r on r.run_id = a.run_id
    join plan.scenario as s on s.scenario_id = a.scenario_id
    where s.mode <> 'lexicographic'
    union all
    select l.run_id, l.priority_level, l.objective, l.dual_bound
    from audit.audited_run as a
    join plan.run_priority_level as l on l.run_id = a.run_id
)

select m.run_id, v.code, jsonb_build_object('number', m.number) as value, v.expected, v.found
from moment as m
cross join lateral (values
    ('progress_number', m.number_due::double precision, m.number::double precision, m.number <> m.number_due),
    ('progress_elapsed', m.elapsed_before_s, m.elapsed_s, m.elapsed_s < m.elapsed_before_s or m.elapsed_s > m.solve_s),
    ('progress_incumbent', m.incumbent_before, m.incumbent, coalesce(m.incumbent < m.incumbent_before, m.incumbent_before is not null)),
    ('progress_dual_bound', m.dual_bound_before, m.dual_bound, coalesce(m.dual_bound > m.dual_bound_before, m.dual_bound_before is not null)),
    -- each begins with the rows of the solver, after the one before
    ('progress_priority_level', m.priority_level_before, m.priority_level, m.priority_level is distinct from m.priority_level_before and not coalesce(
        m.step = 'compile' and m.priority_level = coalesce(m.priority_level_before, 0) + 1
        and exists (select from solved as s where s.run_id = m.run_id and s.priority_level = m.priority_level), false))
) as v (code, expected, found, is_wrong)
where v.is_wrong

union all

-- the last that is told of a solve is what the run says of it
select s.run_id, v.code, v.value, v.expected, v.found
from solved as s
left join moment as m on m.run_id = s.run_id and m.priority_level is not distinct from s.priority_level and m.is_last
cross join lateral (values
    ('progress_end', jsonb_build_object('priority_level', s.priority_level), null, null, m.step is distinct from 'settle'),
    ('progress_objective', jsonb_build_object('number', m.number), s.objective, m.incumbent, abs(s.objective - m.incumbent) > 1e-9 * greatest(abs(s.objective), 1)),
    ('progress_bound', jsonb_build_object('number', m.number), s.dual_bound, m.dual_bound, abs(s.dual_bound - m.dual_bound) > 1e-9 * greatest(abs(s.objective), 1))
) as v (code, value, expected, found, is_wrong)
where coalesce(v.is_wrong, m.step = 'settle');

comment on view audit.figure_progress is 'Rows of the progress of a solve that are missing, out of order or beyond its end, plans that grow worse, bounds that rise, and ends other than that of the run.';
comment on column audit.figure_progress.run_id is 'The run.';
comment on column audit.figure_progress.code is 'What is wrong: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.figure_progress.value is 'The row, or the priority level: what the sentence takes beside expected and found.';
comment on column audit.figure_progress.expected is 'What the run says, or the row before; null where there is no one figure.';
comment on column audit.figure_progress.found is 'What the row says.';
