-- needs: plan.run, model.scenario, report.adopted_run
-- grain: one row per (scenario_name)

create view report.continued_run as

-- part of the adopted plan, else the latest
select distinct on (s.name)
    s.name as scenario_name,
    r.run_id,
    a.run_id is not null as is_adopted
from plan.run as r
join model.scenario as s on s.scenario_id = r.scenario_id
left join report.adopted_run as a on a.run_id = r.run_id
where r.publication = 'published'
    and (r.parent_run_id is null or a.run_id is not null)
order by
    s.name,
    a.generation nulls last,
    r.run_id desc;

comment on view report.continued_run is 'The run that a scenario builds upon when it continues another one.';
comment on column report.continued_run.scenario_name is 'Name of the scenario that is continued.';
comment on column report.continued_run.run_id is 'Its run: the one of the adopted plan, else the latest published.';
comment on column report.continued_run.is_adopted is 'True when it is part of the adopted plan.';
