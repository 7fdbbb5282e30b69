-- needs: plan.what_if, plan.what_if_progress, plan.run_progress, staging.load_history, core.region
-- grain: one row per (what_if_id, number)

create view report.what_if_progress as

select
    m.what_if_id,
    m.number,
    m.priority_level,
    m.step as solve_step,
    m.elapsed_s,
    m.incumbent,
    m.dual_bound,
    case when m.dual_bound - m.incumbent is not null then greatest(m.dual_bound - m.incumbent, 0) / greatest(abs(m.incumbent), 1e-10) end as mip_gap
from (
    select w.what_if_id, p.number, p.priority_level, p.step, p.elapsed_s, p.incumbent, p.dual_bound
    from plan.what_if as w
    join staging.load_history as h using (load_id)
    join core.region as g using (region)
    join plan.run_progress as p on p.run_id = w.run_id
    union all
    select p.what_if_id, p.number, p.priority_level, p.step, p.elapsed_s, p.incumbent, p.dual_bound
    from plan.what_if as w
    join staging.load_history as h using (load_id)
    join core.region as g using (region)
    join plan.what_if_progress as p on p.what_if_id = w.what_if_id
    where not exists (select from plan.run_progress as e where e.run_id = w.run_id)
) as m;

comment on view report.what_if_progress is 'What the solve of a what-if found by when: as it is told meanwhile, and as its end bears it out.';
comment on column report.what_if_progress.what_if_id is 'The what-if.';
comment on column report.what_if_progress.number is 'Number of the row, from 1, in the order of time.';
comment on column report.what_if_progress.priority_level is 'Priority level that was solved then; null where the terms are one weighted sum, or before.';
comment on column report.what_if_progress.solve_step is 'What the solver was doing: a step of report.run_step.';
comment on column report.what_if_progress.elapsed_s is 'Seconds of solving until then.';
comment on column report.what_if_progress.incumbent is 'Objective value of the best plan found by then; null where there was none.';
comment on column report.what_if_progress.dual_bound is 'No plan can be better than this, as was known then; null where nothing was.';
comment on column report.what_if_progress.mip_gap is 'How much better a plan could be at most, as a share of the objective; null as long as one of both was not known.';
