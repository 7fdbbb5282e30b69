-- needs: model.scenario, plan.scenario_level, model.demand, core.site, analysis.road_distance
-- grain: one row per (scenario_id, level, demand_id, site_id)

create view model.covering_pair as

select s.scenario_id, l.level, d.cell_id as demand_id, d.site_id, d.distance_m
from model.scenario as s
join plan.scenario_level as l on l.scenario_id = s.scenario_id
join analysis.road_distance as d on d.distance_m <= l.service_distance_m
where s.distance_kind = 'road' and s.demand_kind = 'cell'

union all

select s.scenario_id, l.level, d.demand_id, c.site_id, st_distance(c.geom, d.geom)
from model.scenario as s
join plan.scenario_level as l on l.scenario_id = s.scenario_id
join model.demand as d on d.scenario_id = s.scenario_id
join core.site as c on st_dwithin(c.geom, d.geom, l.service_distance_m)
where s.distance_kind = 'straight_line';

comment on view model.covering_pair is 'Sites within the service distance of a demand node, by level, whether or not the level stands there.';
comment on column model.covering_pair.scenario_id is 'The scenario.';
comment on column model.covering_pair.level is 'The level.';
comment on column model.covering_pair.demand_id is 'The demand node: model.demand.';
comment on column model.covering_pair.site_id is 'The site.';
comment on column model.covering_pair.distance_m is 'How far it is, by road or in a straight line as the scenario says.';
