-- needs: plan.demand_coverage, plan.run, model.scenario
-- grain: one row per (run_id, phase, level)

create view report.coverage_summary as

select
    row_number() over (order by c.run_id, c.phase, c.level) as coverage_summary_id,
    c.run_id,
    s.name as scenario_name,
    c.phase,
    c.level,
    coalesce(sum(c.weight_share) filter (where c.is_covered_before), 0) as before_share,
    coalesce(sum(c.weight_share) filter (where c.is_covered_after), 0) as after_share
from plan.demand_coverage as c
join plan.run as r using (run_id)
join model.scenario as s using (scenario_id)
where r.publication = 'published'
group by c.run_id, s.name, c.phase, c.level;

comment on view report.coverage_summary is 'Covered share of the demand before and after, by published run, phase and level.';
comment on column report.coverage_summary.coverage_summary_id is 'Key for GIS clients.';
comment on column report.coverage_summary.run_id is 'The run.';
comment on column report.coverage_summary.scenario_name is 'Name of the scenario.';
comment on column report.coverage_summary.phase is 'The phase, at its end.';
comment on column report.coverage_summary.level is 'L2 or L3.';
comment on column report.coverage_summary.before_share is 'Covered share at the start of the plan.';
comment on column report.coverage_summary.after_share is 'Covered share at the end of the phase.';
