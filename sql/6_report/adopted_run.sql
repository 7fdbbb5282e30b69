-- needs: plan.adopted_run, plan.run, model.scenario, model.ancestor
-- grain: one row per (run_id)

create view report.adopted_run as

with adopted as (
    select a.run_id, a.adopted_at, s.scenario_id, s.name
    from plan.adopted_run as a
    join plan.run as r on r.run_id = a.run_id
    join model.scenario as s on s.scenario_id = r.scenario_id
    where r.publication = 'published'
    order by a.adopted_run_id desc
    limit 1
)

select run_id, name as scenario_name, 0 as generation, adopted_at
from adopted

union all

-- what it continues is part of the same plan
select n.run_id, s.name, n.generation, a.adopted_at
from adopted as a
join model.ancestor as n on n.scenario_id = a.scenario_id
join plan.run as r on r.run_id = n.run_id
join model.scenario as s on s.scenario_id = r.scenario_id;

comment on view report.adopted_run is 'The adopted plan of the region on the current load: its run, and the runs that it continues.';
comment on column report.adopted_run.run_id is 'The run.';
comment on column report.adopted_run.scenario_name is 'Name of its scenario.';
comment on column report.adopted_run.generation is '0 for the run that was adopted, 1 for the one it continues from, and so on.';
comment on column report.adopted_run.adopted_at is 'When the plan was adopted.';
