-- needs: core.site, core.candidate_site, core.grid_station, core.road_edge, core.region, analysis.land_use, analysis.transit_access,
--   analysis.road_class, analysis.people_near
-- grain: one row per (site_id)

create materialized view analysis.candidate_score as

with grid as materialized (
    select geom from core.grid_station where geom is not null
),

measured as (
    select
        s.site_id,
        u.suitability_share as land_use_score,
        coalesce(t.departure_per_h, 0) as departure_per_h,
        coalesce(w.visibility_share, 0) as road_score,
        g.distance_m as grid_distance_m,
        n.people_near,
        r.land_use_score_weight,
        r.transit_score_weight,
        r.road_score_weight,
        r.grid_score_weight,
        r.people_score_weight,
        r.grid_distance_max_m
    from core.site as s
    cross join core.region as r
    join core.candidate_site as c on c.candidate_key = s.site_key
    join analysis.land_use as u using (site_id)
    left join analysis.transit_access as t on t.place_kind = 'site' and t.place_id = s.site_id
    join analysis.people_near as n using (site_id)
    left join lateral (
        select max(k.visibility_share) as visibility_share
        from core.road_edge as e
        join analysis.road_class as k using (highway)
        where st_dwithin(e.geom, s.geom, r.candidate_cluster_m)
    ) as w on true
    left join lateral (
        select min(st_distance(g.geom, s.geom)) as distance_m from grid as g
    ) as g on true
),

scored as (
    select
        *,
        -- full score for what the best-served of the candidates have
        least(departure_per_h / nullif(best.full_per_h, 0), 1) as transit_score,
        greatest(1 - grid_distance_m / grid_distance_max_m, 0) as grid_score,
        coalesce(least(people_near / nullif(best.full_people, 0), 1), 0) as people_score
    from measured
    cross join (
        select percentile_cont(r.transit_score_full_share) within group (order by m.departure_per_h) as full_per_h,
            percentile_cont(r.people_score_full_share) within group (order by m.people_near) as full_people
        from core.region as r
        cross join measured as m
        group by r.transit_score_full_share, r.people_score_full_share
    ) as best
)

select
    site_id,
    land_use_score,
    transit_score,
    road_score,
    grid_distance_m,
    grid_score,
    people_score,
    (
        land_use_score_weight * land_use_score
        + transit_score_weight * coalesce(transit_score, 0)
        + road_score_weight * road_score
        + grid_score_weight * coalesce(grid_score, 0)
        + people_score_weight * people_score
    ) / (
        land_use_score_weight
        + case when transit_score is null then 0 else transit_score_weight end
        + road_score_weight
        + case when grid_score is null then 0 else grid_score_weight end
        + people_score_weight
    ) as score
from scored
with no data;

create unique index candidate_score_key on analysis.candidate_score (site_id);

comment on materialized view analysis.candidate_score is 'How good a candidate looks before any model: all scores in [0, 1].';
comment on column analysis.candidate_score.site_id is 'The candidate.';
comment on column analysis.candidate_score.land_use_score is 'Land use and kind of place: analysis.land_use.';
comment on column analysis.candidate_score.transit_score is 'Transit departures within a walk, full for the best-served; null where no transit is known.';
comment on column analysis.candidate_score.road_score is 'Best road class within candidate_cluster_m.';
comment on column analysis.candidate_score.grid_distance_m is 'Straight line to the nearest grid station with a known place.';
comment on column analysis.candidate_score.grid_score is '1 at a grid station, 0 from grid_distance_max_m on; null where none is known.';
comment on column analysis.candidate_score.people_score is 'People near by, full for those with the most.';
comment on column analysis.candidate_score.score is 'Mean of land use, transit, road, grid and people over those that are known, with the weights of core.setting.';
