-- needs: plan.run, model.scenario, report.adopted_run
-- grain: one row per (run_id)

create view report.published_run as

select
    r.run_id,
    s.scenario_id,
    s.name as scenario_name,
    s.demand_kind,
    r.status,
    r.parent_run_id,
    -- a run that varies another one is no plan of its own
    r.parent_run_id is null
        and r.run_id = max(r.run_id) filter (where r.parent_run_id is null) over (partition by s.name) as is_latest,
    a.run_id is not null as is_adopted,
    a.adopted_at,
    r.finished_at
from plan.run as r
join model.scenario as s using (scenario_id)
left join report.adopted_run as a on a.run_id = r.run_id and a.generation = 0
where r.publication = 'published';

comment on view report.published_run is 'Every published run on the current load.';
comment on column report.published_run.run_id is 'The run.';
comment on column report.published_run.scenario_id is 'The resolved scenario.';
comment on column report.published_run.scenario_name is 'Name of the scenario.';
comment on column report.published_run.demand_kind is 'cell or reference_point.';
comment on column report.published_run.status is 'optimal, or feasible when the solver stopped early.';
comment on column report.published_run.parent_run_id is 'The run that this one varies; null for a plan of its own.';
comment on column report.published_run.is_latest is 'True for the last plan of its scenario.';
comment on column report.published_run.is_adopted is 'True for the adopted plan of the region: what maps, page and service show.';
comment on column report.published_run.adopted_at is 'When it was adopted; null for all others.';
comment on column report.published_run.finished_at is 'When its audit ended.';
