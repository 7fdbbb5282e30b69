-- needs: plan.run, model.scenario
-- grain: one row per (run_id)

create view report.latest_run as

select distinct on (s.name) r.run_id, s.name as scenario, s.scenario_id, s.demand_kind, r.finished_at
from plan.run as r
join model.scenario as s on s.scenario_id = r.scenario_id
where r.publication = 'published' and r.parent_run_id is null
order by s.name, r.run_id desc;

comment on view report.latest_run is 'The latest published plan of each scenario, on the data that is shown; sensitivity runs and points of fronts are none.';
comment on column report.latest_run.run_id is 'Number of the run.';
comment on column report.latest_run.scenario is 'Name of the scenario.';
comment on column report.latest_run.scenario_id is 'Number of the resolved scenario.';
comment on column report.latest_run.demand_kind is 'cell or reference_point.';
comment on column report.latest_run.finished_at is 'When it was published.';
