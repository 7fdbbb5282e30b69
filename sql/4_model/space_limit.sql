-- needs: model.scenario, plan.scenario_limit
-- grain: one row per (scenario_id)

create view model.space_limit as

select
    s.scenario_id,
    l.corridor_road_classes,
    l.corridor_gap_max_m,
    l.corridor_detour_m,
    l.corridor_levels,
    l.project_count_max,
    l.area_project_count_max
from model.scenario as s
join plan.scenario_limit as l on l.scenario_id = s.scenario_id;

comment on view model.space_limit is 'Limits on stations along corridors and on how many sites are worked on.';
comment on column model.space_limit.scenario_id is 'The scenario.';
comment on column model.space_limit.corridor_road_classes is 'Road classes that must not lack stations for long.';
comment on column model.space_limit.corridor_gap_max_m is 'Longest stretch of a corridor without a station.';
comment on column model.space_limit.corridor_detour_m is 'A site this near to a corridor serves it.';
comment on column model.space_limit.corridor_levels is 'Levels whose stations must follow each other so, each by itself.';
comment on column model.space_limit.project_count_max is 'Most projects of a phase.';
comment on column model.space_limit.area_project_count_max is 'Most projects of a phase and planning area.';
