-- needs: core.job_area, core.address, core.region
-- grain: one row per (job_area_id, point_number); the points of an area share its jobs

create materialized view core.job_point as

-- An area's jobs are at its addresses, homes and workplaces alike: no source tells them apart.
with address as (
    select j.job_area_id, a.address_id, a.geom, 1::double precision as weight
    from core.job_area as j
    join core.address as a on st_intersects(j.geom, a.geom)
    where j.is_polygon
),

-- an area without addresses: cut along the hexagons, by surface
piece as (
    select j.job_area_id, null::integer as address_id, st_pointonsurface(p.geom) as geom, st_area(p.geom) as weight
    from core.job_area as j
    cross join core.region as r
    cross join lateral st_hexagongrid(r.hexagon_edge_m, j.geom) as h
    cross join lateral (select st_intersection(j.geom, h.geom) as geom) as p
    where j.is_polygon
        and st_area(p.geom) > 0
        and not exists (select from address as a where a.job_area_id = j.job_area_id)
),

point as (
    select job_area_id, null::integer as address_id, geom, 1::double precision as weight from core.job_area where not is_polygon
    union all
    select * from address
    union all
    select * from piece
)

select
    p.job_area_id,
    row_number() over area as point_number,
    j.job_count * p.weight / sum(p.weight) over (area rows between unbounded preceding and unbounded following) as job_count,
    p.geom::geometry(Point, :metric_srid) as geom
from point as p
join core.job_area as j using (job_area_id)
window area as (partition by p.job_area_id order by p.address_id, st_x(p.geom), st_y(p.geom))
with no data;

create unique index job_point_key on core.job_point (job_area_id, point_number);

comment on materialized view core.job_point is 'Where people work: places, else the addresses of an area, else pieces of its polygon.';
comment on column core.job_point.job_area_id is 'The place or area.';
comment on column core.job_point.point_number is 'Number of the point in its area.';
comment on column core.job_point.job_count is 'Jobs.';
comment on column core.job_point.geom is 'Place.';
