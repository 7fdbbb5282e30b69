-- needs: model.scenario, plan.scenario_level, core.region
-- grain: one row per (scenario_id, level)

create view model.level_limit as

select
    s.scenario_id,
    l.level,
    s.distance_kind,
    l.spacing_min_m,
    l.gap_max_m,
    l.overlap_station_count_max,
    g.road_distance_max_m,
    s.distance_kind = 'road' and l.spacing_min_m > g.road_distance_max_m as is_spacing_cut,
    s.distance_kind = 'road' and coalesce(l.gap_max_m > g.road_distance_max_m, false) as is_gap_cut
from model.scenario as s
join plan.scenario_level as l on l.scenario_id = s.scenario_id
cross join core.region as g;

comment on view model.level_limit is 'Limits on where stations of each level stand, and whether the region knows distances that far.';
comment on column model.level_limit.scenario_id is 'The scenario.';
comment on column model.level_limit.level is 'The level.';
comment on column model.level_limit.distance_kind is 'road or straight_line.';
comment on column model.level_limit.spacing_min_m is 'No two sites with the level nearer to each other than this.';
comment on column model.level_limit.gap_max_m is 'Every site with the level has another one within this distance; null where none is asked for.';
comment on column model.level_limit.overlap_station_count_max is 'Most stations with the level that cover a demand; null for any number.';
comment on column model.level_limit.road_distance_max_m is 'Longest road distance that the region works out.';
comment on column model.level_limit.is_spacing_cut is 'True when spacing_min_m is longer than that: pairs beyond count as far enough apart.';
comment on column model.level_limit.is_gap_cut is 'True when gap_max_m is longer than that: stations beyond count as too far.';
