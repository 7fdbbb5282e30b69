-- needs: model.space_limit, model.rule, model.level_site, analysis.corridor_point, core.road_edge, core.site
-- grain: one row per (scenario_id, level, corridor_id)

create view model.corridor as

with wanted as (
    select l.*, k.level
    from model.space_limit as l
    join model.rule as r on r.scenario_id = l.scenario_id and r.rule = 'max_gap'
    cross join unnest(l.corridor_levels) as k (level)
    where cardinality(l.corridor_road_classes) > 0
),

serving as (
    select w.scenario_id, w.level, w.corridor_gap_max_m, s.site_id, s.is_present_always, c.geom
    from wanted as w
    join model.level_site as s on s.scenario_id = w.scenario_id and s.level = w.level
    join core.site as c on c.site_id = s.site_id
    where exists (
        select from core.road_edge as e
        where e.highway = any (w.corridor_road_classes) and st_dwithin(e.geom, c.geom, w.corridor_detour_m)
    )
),

point as (
    select
        w.scenario_id,
        w.level,
        p.corridor_point_id,
        coalesce(array_agg(s.site_id order by s.site_id) filter (where s.site_id is not null), '{}') as site_ids
    from wanted as w
    join analysis.corridor_point as p on p.highway = any (w.corridor_road_classes)
    -- stations twice this far apart leave a gap as long as it may be
    left join serving as s
        on s.scenario_id = w.scenario_id and s.level = w.level and st_dwithin(s.geom, p.geom, s.corridor_gap_max_m / 2)
    group by w.scenario_id, w.level, p.corridor_point_id
    having not coalesce(bool_or(s.is_present_always), false)
)

select scenario_id, level, min(corridor_point_id) as corridor_id, site_ids, count(*) as point_count
from point
group by scenario_id, level, site_ids;

comment on view model.corridor is 'Stretches of the corridors that need a station of a level at the end of the plan, merged where the same sites could serve them.';
comment on column model.corridor.scenario_id is 'The scenario.';
comment on column model.corridor.level is 'The level.';
comment on column model.corridor.corridor_id is 'Lowest corridor_point_id of the stretch.';
comment on column model.corridor.site_ids is 'Sites that could serve it: near the corridor, and within half of corridor_gap_max_m; empty: none can.';
comment on column model.corridor.point_count is 'Points of analysis.corridor_point on it.';
