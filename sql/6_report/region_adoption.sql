-- needs: plan.adopted_run, plan.run, plan.scenario, staging.load_history, core.region
-- grain: one row per (run_id); one for each load of the region of which a plan is adopted

create view report.region_adoption as

select distinct on (l.load_id)
    a.run_id,
    s.name as scenario_name,
    a.adopted_at,
    l.load_id,
    l.is_current as is_current_load
from plan.adopted_run as a
join plan.run as r using (run_id)
join plan.scenario as s using (scenario_id)
join staging.load_history as l using (load_id)
join core.region as g using (region)
where r.publication = 'published'
order by l.load_id, a.adopted_run_id desc;

comment on view report.region_adoption is 'The plan that is adopted on each load of the region: maps show that of the current one, and those of former ones were made on other data.';
comment on column report.region_adoption.run_id is 'The run.';
comment on column report.region_adoption.scenario_name is 'Name of its scenario.';
comment on column report.region_adoption.adopted_at is 'When it was adopted.';
comment on column report.region_adoption.load_id is 'The load it was solved on.';
comment on column report.region_adoption.is_current_load is 'True where that is the load that the views show.';
