-- needs: plan.run_progress, plan.run, model.scenario
-- grain: one row per (run_id, number)

create view report.run_progress as

select
    row_number() over (order by p.run_id, p.number) as run_progress_id,
    p.run_id,
    p.number,
    p.priority_level,
    p.step as solve_step,
    p.elapsed_s,
    p.incumbent,
    p.dual_bound,
    -- greatest() leaves nulls out
    case when p.dual_bound - p.incumbent is not null then greatest(p.dual_bound - p.incumbent, 0) / greatest(abs(p.incumbent), 1e-10) end as mip_gap
from plan.run_progress as p
join plan.run as r using (run_id)
join model.scenario as s using (scenario_id);

comment on view report.run_progress is 'What a solve had found by when: the best plan, and the bound that no plan can pass.';
comment on column report.run_progress.run_progress_id is 'Key for GIS clients.';
comment on column report.run_progress.run_id is 'The run.';
comment on column report.run_progress.number is 'Number of the row, from 1, in the order of time.';
comment on column report.run_progress.priority_level is 'Priority level that was solved then; null where the terms are one weighted sum, or before.';
comment on column report.run_progress.solve_step is 'What the solver was doing: a step of report.run_step.';
comment on column report.run_progress.elapsed_s is 'Seconds of solving until then; reading and building do not count.';
comment on column report.run_progress.incumbent is 'Objective value of the best plan found by then; null where there was none.';
comment on column report.run_progress.dual_bound is 'No plan can be better than this, as was known then; null where nothing was.';
comment on column report.run_progress.mip_gap is 'How much better a plan could be at most, as a share of the objective; null as long as one of both was not known.';
