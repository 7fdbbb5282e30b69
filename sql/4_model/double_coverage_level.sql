-- needs: model.objective_weight, model.priority_level, plan.scenario_level
-- grain: one row per (scenario_id, level)

create view model.double_coverage_level as

select l.scenario_id, l.level
from plan.scenario_level as l
join model.objective_weight as o on o.scenario_id = l.scenario_id and o.term = 'double_coverage.' || l.level
where o.weight > 0
    or exists (
        select from model.priority_level as p
        where p.scenario_id = o.scenario_id and o.term = any (p.terms)
    );

comment on view model.double_coverage_level is 'Levels at which the objective asks for a second station within the service distance.';
comment on column model.double_coverage_level.scenario_id is 'The scenario.';
comment on column model.double_coverage_level.level is 'The level.';
