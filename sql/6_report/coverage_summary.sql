-- needs: plan.demand_coverage, plan.run, model.scenario, core.demand_cell
-- grain: one row per (run_id, phase, level)

create view report.coverage_summary as

select
    row_number() over (order by c.run_id, c.phase, c.level) as coverage_summary_id,
    c.run_id,
    s.name as scenario_name,
    c.phase,
    c.level,
    coalesce(sum(c.weight_share) filter (where c.is_covered_before), 0) as before_share,
    coalesce(sum(c.weight_share) filter (where c.is_covered_after), 0) as after_share,
    sum(d.population * c.is_covered_before::integer) as before_population,
    sum(d.population * c.is_covered_after::integer) as after_population
from plan.demand_coverage as c
join plan.run as r using (run_id)
join model.scenario as s using (scenario_id)
left join core.demand_cell as d on s.demand_kind = 'cell' and d.cell_id = c.demand_id
where r.publication = 'published'
group by c.run_id, s.name, c.phase, c.level;

comment on view report.coverage_summary is 'Covered share of the demand, and people within the service distance, before and after, by published run, phase and level.';
comment on column report.coverage_summary.coverage_summary_id is 'Key for GIS clients.';
comment on column report.coverage_summary.run_id is 'The run.';
comment on column report.coverage_summary.scenario_name is 'Name of the scenario.';
comment on column report.coverage_summary.phase is 'The phase, at its end.';
comment on column report.coverage_summary.level is 'The level.';
comment on column report.coverage_summary.before_share is 'Covered share at the start of the plan.';
comment on column report.coverage_summary.after_share is 'Covered share at the end of the phase.';
comment on column report.coverage_summary.before_population is 'People within the service distance at the start of the plan; null for points of a study.';
comment on column report.coverage_summary.after_population is 'People within the service distance at the end of the phase; null for points of a study.';
