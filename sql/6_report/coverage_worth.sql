-- needs: plan.run, plan.run_objective_term, plan.scenario_level, model.scenario, core.demand_cell
-- grain: one row per (run_id); none where the objective weighs no coverage

create view report.coverage_worth as

select distinct on (t.run_id)
    t.run_id,
    l.level,
    case when s.demand_kind = 'cell' then (select sum(population) from core.demand_cell) / t.weight end as population_per_objective
from plan.run_objective_term as t
join plan.run as r using (run_id)
join model.scenario as s on s.scenario_id = r.scenario_id
join plan.scenario_level as l on l.scenario_id = r.scenario_id and t.term = 'coverage.' || l.level
where t.weight > 0
order by t.run_id, t.weight desc, l.rank desc, t.term;

comment on view report.coverage_worth is 'What the objective of a run is worth in people, at the level whose coverage it weighs most.';
comment on column report.coverage_worth.run_id is 'The run.';
comment on column report.coverage_worth.level is 'The level.';
comment on column report.coverage_worth.population_per_objective is
    'People, of mean weight in the demand, whose coverage at that level counts as much as 1 of the objective; null for points of a study.';
