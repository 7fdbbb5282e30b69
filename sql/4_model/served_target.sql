-- needs: model.session_scenario, plan.scenario_target
-- grain: one row per (scenario_id, phase, level)

create view model.served_target as

select t.scenario_id, t.phase, t.level, t.served_min_share
from model.session_scenario as s
join plan.scenario_target as t on t.scenario_id = s.scenario_id
where t.served_min_share > 0;

comment on view model.served_target is 'Least share of the sessions to be served; a share of 0 asks for nothing and is no row.';
comment on column model.served_target.scenario_id is 'The scenario.';
comment on column model.served_target.phase is 'The phase, at its end.';
comment on column model.served_target.level is 'The level.';
comment on column model.served_target.served_min_share is 'Least share of the sessions of the busiest hour that must be served.';
