-- needs: model.scenario, plan.scenario_area_level_limit, model.rule
-- grain: one row per (scenario_id, planning_area_id, level)

create view model.area_level_limit as

select l.scenario_id, l.planning_area_id, l.level, l.station_count_min
from model.scenario as s
join model.rule as r on r.scenario_id = s.scenario_id and r.rule = 'area_station_limits'
join plan.scenario_area_level_limit as l on l.scenario_id = s.scenario_id
where l.station_count_min > 0;

comment on view model.area_level_limit is 'Stations with a level that a planning area must have; where none are asked for there is no row.';
comment on column model.area_level_limit.scenario_id is 'The scenario.';
comment on column model.area_level_limit.planning_area_id is 'The planning area.';
comment on column model.area_level_limit.level is 'The level.';
comment on column model.area_level_limit.station_count_min is 'Fewest stations with the level at the end of the plan.';
