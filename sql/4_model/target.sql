-- needs: model.scenario, plan.scenario_target
-- grain: one row per (scenario_id, phase, level)

create view model.target as

select t.scenario_id, t.phase, t.level, t.coverage_min_share
from model.scenario as s
join plan.scenario_target as t on t.scenario_id = s.scenario_id
where t.coverage_min_share > 0;

comment on view model.target is 'Least coverage asked for; a share of 0 asks for nothing and is no row.';
comment on column model.target.scenario_id is 'The scenario.';
comment on column model.target.phase is 'The phase, at its end.';
comment on column model.target.level is 'The level.';
comment on column model.target.coverage_min_share is 'Least share of the weight that must be covered.';
