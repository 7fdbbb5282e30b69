-- needs: plan.run, model.scenario
-- grain: one row per (run_id)

create view report.published_run as

-- a run that varies another one is no plan of its own
select distinct on (s.name) r.run_id, s.scenario_id, s.name as scenario_name, s.demand_kind, r.status, r.finished_at
from plan.run as r
join model.scenario as s using (scenario_id)
where r.publication = 'published' and r.parent_run_id is null
order by s.name, r.run_id desc;

comment on view report.published_run is 'The latest published run of each scenario on the current load: what the maps show.';
comment on column report.published_run.run_id is 'The run.';
comment on column report.published_run.scenario_id is 'The resolved scenario.';
comment on column report.published_run.scenario_name is 'Name of the scenario.';
comment on column report.published_run.demand_kind is 'cell or reference_point.';
comment on column report.published_run.status is 'optimal, or feasible when the solver stopped early.';
comment on column report.published_run.finished_at is 'When its audit ended.';
