-- needs: model.scenario, plan.scenario_level, core.region
-- grain: one row per (scenario_id, level)

create view model.level as

select
    s.scenario_id,
    l.level,
    l.rank,
    l.service_distance_m,
    g.road_distance_max_m,
    s.distance_kind = 'road' and l.service_distance_m > g.road_distance_max_m as is_service_distance_cut
from model.scenario as s
join plan.scenario_level as l on l.scenario_id = s.scenario_id
cross join core.region as g;

comment on view model.level is 'Charger levels with their service distance, and whether the region knows distances that far.';
comment on column model.level.scenario_id is 'The scenario.';
comment on column model.level.level is 'The level.';
comment on column model.level.rank is 'Order of the levels; a higher one is faster.';
comment on column model.level.service_distance_m is 'A demand is covered when a station with this level is within this distance.';
comment on column model.level.road_distance_max_m is 'Longest road distance that the region works out.';
comment on column model.level.is_service_distance_cut is 'True when the service distance is longer than that: what lies between counts as too far.';
