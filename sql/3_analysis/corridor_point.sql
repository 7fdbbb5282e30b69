-- needs: core.road_edge, core.region
-- grain: one row per (corridor_point_id)

create materialized view analysis.corridor_point as

-- a point every corridor_step_m; the two carriageways of a road, and pieces that meet, share points within that distance
with sampled as (
    select e.highway, st_lineinterpolatepoint(e.geom, least(m / nullif(st_length(e.geom), 0), 1)) as geom
    from core.road_edge as e
    cross join core.region as r
    cross join lateral generate_series(0, st_length(e.geom)::integer, r.corridor_step_m::integer) as m
    where e.highway in ('motorway', 'trunk', 'primary')
)

select
    row_number() over (order by s.highway, s.x, s.y) as corridor_point_id,
    s.highway,
    s.geom::geometry(Point, :metric_srid) as geom
from (
    select distinct on (p.highway, g.x, g.y) p.highway, g.x, g.y, p.geom
    from sampled as p
    cross join core.region as r
    cross join lateral (select round(st_x(p.geom) / r.corridor_step_m) as x, round(st_y(p.geom) / r.corridor_step_m) as y) as g
    where st_intersects(p.geom, r.geom)
    order by p.highway, g.x, g.y, st_x(p.geom), st_y(p.geom)
) as s
with no data;

create unique index corridor_point_key on analysis.corridor_point (corridor_point_id);
create index corridor_point_geom_idx on analysis.corridor_point using gist (geom);

comment on materialized view analysis.corridor_point is 'Points along the main roads inside the region, at most some corridor_step_m apart: where long-distance drivers pass.';
comment on column analysis.corridor_point.corridor_point_id is 'Number of the point within the load.';
comment on column analysis.corridor_point.highway is 'Road class: motorway, trunk or primary.';
comment on column analysis.corridor_point.geom is 'Place on the road.';
