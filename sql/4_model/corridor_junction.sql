-- needs: model.space_limit, model.rule, model.site_state, model.site_port, model.barred_candidate, analysis.corridor_point, core.road_edge,
--   core.site, core.candidate_site
-- grain: one row per (scenario_id, site_id)

create view model.corridor_junction as

with wanted as (
    select l.*, k.level
    from model.space_limit as l
    join model.rule as r on r.scenario_id = l.scenario_id and r.rule = 'max_gap'
    cross join unnest(l.corridor_levels) as k (level)
    where cardinality(l.corridor_road_classes) > 0
),

beside as (
    select w.scenario_id, w.level, w.corridor_gap_max_m, s.site_id, s.is_existing, s.is_counted, c.candidate_kind = 'junction' as is_junction, s.geom
    from wanted as w
    join model.site_state as s on s.scenario_id = w.scenario_id
    join core.site as i on i.site_id = s.site_id
    left join core.candidate_site as c on c.candidate_key = i.site_key
    where exists (
        select from core.road_edge as e
        where e.highway = any (w.corridor_road_classes) and st_dwithin(e.geom, s.geom, w.corridor_detour_m)
    )
),

-- what serves a corridor without a junction: stations that have the level today, and the other candidates
other as (
    select b.scenario_id, b.level, b.corridor_gap_max_m, b.geom
    from beside as b
    where case
        when b.is_existing then b.is_counted and exists (
            select from model.site_port as p where p.scenario_id = b.scenario_id and p.site_id = b.site_id and p.level = b.level
        )
        else not coalesce(b.is_junction, false) and not exists (
            select from model.barred_candidate as r where r.scenario_id = b.scenario_id and r.site_id = b.site_id
        )
    end
)

select distinct b.scenario_id, b.site_id
from beside as b
join wanted as w on w.scenario_id = b.scenario_id and w.level = b.level
join analysis.corridor_point as p
    on p.highway = any (w.corridor_road_classes) and st_dwithin(p.geom, b.geom, w.corridor_gap_max_m / 2)
where b.is_junction and not b.is_existing
    and not exists (
        select from other as o
        where o.scenario_id = b.scenario_id and o.level = b.level and st_dwithin(o.geom, p.geom, o.corridor_gap_max_m / 2)
    );

comment on view model.corridor_junction is 'Bare junctions that a corridor needs: under rule max_gap, beside a stretch that no station with the level and no other candidate serves.';
comment on column model.corridor_junction.scenario_id is 'Scenario.';
comment on column model.corridor_junction.site_id is 'The junction.';
