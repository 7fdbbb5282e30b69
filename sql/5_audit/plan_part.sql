-- needs: plan.run, plan.scenario
-- grain: one row per (run_id, part_run_id)

create view audit.plan_part as

with recursive part as (
    select run_id, run_id as part_run_id, 0 as generation from plan.run
    union all
    select p.run_id, n.base_run_id, p.generation + 1
    from part as p
    join plan.run as r on r.run_id = p.part_run_id
    join plan.scenario as n on n.scenario_id = r.scenario_id
    where n.base_run_id is not null
)

select run_id, part_run_id, generation from part;

comment on view audit.plan_part is 'Each run with those that it continues.';
comment on column audit.plan_part.run_id is 'The run.';
comment on column audit.plan_part.part_run_id is 'The run itself, or one that it continues.';
comment on column audit.plan_part.generation is '0 for itself, 1 for the run that it continues, and so on.';
