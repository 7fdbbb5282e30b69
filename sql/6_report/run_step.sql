-- needs: plan.run, plan.run_progress, model.scenario
-- grain: one row per (run_id, solve_step)

create view report.run_step as

with solving as (
    select
        p.run_id,
        p.step as solve_step,
        p.number,
        lead(p.elapsed_s, 1, r.solve_s) over (partition by p.run_id order by p.number) - p.elapsed_s as step_s
    from plan.run_progress as p
    join plan.run as r using (run_id)
),

known as (
    select run_id, 1 as part, min(number) as number, solve_step, sum(step_s) as step_s from solving group by run_id, solve_step
    union all
    select r.run_id, t.part, t.number, t.solve_step, t.step_s
    from plan.run as r
    cross join lateral (values
        (0, 1, 'work_out', r.work_out_s),
        (0, 2, 'read', r.read_s),
        (0, 3, 'build', r.build_s),
        (2, 1, 'write', r.write_s),
        (2, 2, 'audit', r.audit_s)
    ) as t (part, number, solve_step, step_s)
    where t.step_s is not null
),

taken as (
    select run_id, part, number, solve_step, step_s from known
    union all
    select r.run_id, 3, 1, 'other', greatest(extract(epoch from r.finished_at - r.started_at) - k.known_s, 0)
    from plan.run as r
    cross join lateral (select coalesce(sum(known.step_s), 0) as known_s from known where known.run_id = r.run_id) as k
    where r.finished_at is not null
)

select
    row_number() over (order by t.run_id, t.part, t.number) as run_step_id,
    t.run_id,
    t.solve_step,
    t.step_s
from taken as t
join plan.run as r using (run_id)
join model.scenario as s using (scenario_id);

comment on view report.run_step is 'What the seconds of a run went into, in the order of its steps; together they are its time from start to end.';
comment on column report.run_step.run_step_id is 'Key for GIS clients; in the order of the steps.';
comment on column report.run_step.run_id is 'The run.';
comment on column report.run_step.solve_step is 'work_out (what the scenario offers and asks for), read, build; then what the solver did, as plan.run_progress has it; write, audit; other.';
comment on column report.run_step.step_s is 'Seconds that it took, all times that it came up together.';
