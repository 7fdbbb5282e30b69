-- needs: analysis.nearest_station, core.demand_cell, core.region
-- grain: one row per (level, limit_m)

create materialized view analysis.service_area as

-- bands up to the farthest distance that is known
with band as (
    select n * r.road_distance_max_m / r.service_area_band_count as limit_m
    from core.region as r
    cross join lateral generate_series(1, r.service_area_band_count::integer) as n
)

select
    n.level,
    b.limit_m,
    count(*)::integer as cell_count,
    sum(c.population order by c.cell_id) as population,
    max(n.duration_min) as duration_max_min,
    st_multi(st_union(c.geom order by c.cell_id))::geometry(MultiPolygon, :metric_srid) as geom
from band as b
join analysis.nearest_station as n on n.distance_m <= b.limit_m
join core.demand_cell as c using (cell_id)
group by n.level, b.limit_m
with no data;

create unique index service_area_key on analysis.service_area (level, limit_m);

comment on materialized view analysis.service_area is 'From where a driver gets to the nearest station of a level within a distance by road: the hexagons whose people are that near. Nobody lives in the gaps. Bands of time would be cut off, as roads are followed for road_distance_max_m only.';
comment on column analysis.service_area.level is 'The level.';
comment on column analysis.service_area.limit_m is 'Distance by road, metres; a wider band contains the narrower ones.';
comment on column analysis.service_area.cell_count is 'Hexagons.';
comment on column analysis.service_area.population is 'People who live there.';
comment on column analysis.service_area.duration_max_min is 'The longest of these drives, minutes.';
comment on column analysis.service_area.geom is 'The hexagons as one.';
