-- needs: model.scenario, plan.scenario_limit, core.region
-- grain: one row per (scenario_id)

create view model.space_limit as

select
    s.scenario_id,
    s.distance_kind,
    l.l3_distance_min_m,
    l.l3_gap_max_m,
    l.corridor_road_classes,
    l.corridor_gap_max_m,
    l.corridor_detour_m,
    l.overlap_station_count_max,
    l.project_count_max,
    l.area_project_count_max,
    g.road_distance_max_m,
    s.distance_kind = 'road' and l.l3_distance_min_m > g.road_distance_max_m as is_spacing_cut,
    s.distance_kind = 'road' and l.l3_gap_max_m > g.road_distance_max_m as is_gap_cut
from model.scenario as s
join plan.scenario_limit as l on l.scenario_id = s.scenario_id
cross join core.region as g;

comment on view model.space_limit is 'Limits on where stations stand and how many are worked on, and whether the region knows distances that far.';
comment on column model.space_limit.scenario_id is 'The scenario.';
comment on column model.space_limit.distance_kind is 'road or straight_line.';
comment on column model.space_limit.l3_distance_min_m is 'No two L3 sites nearer to each other than this.';
comment on column model.space_limit.l3_gap_max_m is 'Every L3 site has another one within this distance.';
comment on column model.space_limit.corridor_road_classes is 'Road classes that must not lack L3 for long.';
comment on column model.space_limit.corridor_gap_max_m is 'Longest stretch of a corridor without L3.';
comment on column model.space_limit.corridor_detour_m is 'An L3 site this near to a corridor serves it.';
comment on column model.space_limit.overlap_station_count_max is 'Most L3 stations in reach of a demand.';
comment on column model.space_limit.project_count_max is 'Most projects of a phase.';
comment on column model.space_limit.area_project_count_max is 'Most projects of a phase and planning area.';
comment on column model.space_limit.road_distance_max_m is 'Longest road distance that the region works out.';
comment on column model.space_limit.is_spacing_cut is 'True when l3_distance_min_m is longer than that: pairs beyond count as far enough apart.';
comment on column model.space_limit.is_gap_cut is 'True when l3_gap_max_m is longer than that: stations beyond count as too far.';
