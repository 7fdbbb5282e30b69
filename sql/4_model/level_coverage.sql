-- needs: plan.scenario_level, model.scenario, model.demand_level
-- grain: one row per (scenario_id, level)

create view model.level_coverage as

select
    s.scenario_id,
    l.level,
    count(d.demand_id) as demand_count,
    coalesce(sum(d.weight_share order by d.demand_id) filter (where d.is_covered_before), 0) as covered_before_share,
    coalesce(sum(d.weight_share order by d.demand_id) filter (where d.is_covered_always), 0) as always_covered_share
from model.scenario as s
join plan.scenario_level as l on l.scenario_id = s.scenario_id
left join model.demand_level as d on d.scenario_id = s.scenario_id and d.level = l.level
group by s.scenario_id, l.level;

comment on view model.level_coverage is 'How much of the demand is covered before the plan, and whatever it decides.';
comment on column model.level_coverage.scenario_id is 'The scenario.';
comment on column model.level_coverage.level is 'The level.';
comment on column model.level_coverage.demand_count is 'Demand nodes: model.demand.';
comment on column model.level_coverage.covered_before_share is 'Share of the demand that is covered before.';
comment on column model.level_coverage.always_covered_share is 'Share of the demand that is covered whatever is decided.';
