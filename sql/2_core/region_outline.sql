-- needs: staging.boundary, staging.census_area, staging.road_edge, core.setting, core.hexagon_index
-- grain: one row per (is_stand_in); one row in all

create view core.region_outline as

with setting as (
    select
        max(value) filter (where setting = 'outline_margin_m') as margin_m,
        max(value) filter (where setting = 'outline_edge_min_m') as edge_min_m,
        max(value) filter (where setting = 'outline_hexagon_count') as hexagon_count,
        max(value) filter (where setting = 'outline_gap_edge_count') as gap_edge_count
    from core.setting
),

given as (
    select st_multi(st_union(geom)) as geom
    from staging.boundary
    having count(*) > 0
),

-- Without a boundary: what lies around people and streets. A census point among them stands for people as far away as the margin.
-- Places that a projection puts beyond the earth (40,000 km round) shape nothing.
people as (
    select geom
    from (select geom from staging.census_area union all select geom from staging.road_edge) as p
    where abs(st_xmin(geom)) < 1e8 and abs(st_xmax(geom)) < 1e8 and abs(st_ymin(geom)) < 1e8 and abs(st_ymax(geom)) < 1e8
        and not exists (select from given)
),

hull as (
    select
        st_convexhull(st_collect(p.geom)) as geom,
        s.margin_m,
        s.gap_edge_count,
        greatest(
            s.edge_min_m,
            sqrt(
                power(max(st_xmax(p.geom)) - min(st_xmin(p.geom)), 2) + power(max(st_ymax(p.geom)) - min(st_ymin(p.geom)), 2)
            ) / s.hexagon_count
        ) as edge_m
    from people as p
    cross join setting as s
    group by s.margin_m, s.gap_edge_count, s.edge_min_m, s.hexagon_count
    having count(*) > 0
),

-- ST_ConcaveHull ends the whole server on points that are nearly in line (GEOS 3.11), and the union of thousands of circles
-- takes minutes. Hexagons do neither: the extent is at most outline_hexagon_count of them wide, however many people there are.
piece as (
    select st_hexagon(c.edge_m, c.i, c.j, 'SRID=:metric_srid;POINT(0 0)') as geom
    from (
        select distinct h.edge_m, i.i, i.j
        from people as p
        cross join hull as h
        cross join lateral st_dumppoints(st_segmentize(p.geom, h.edge_m)) as d
        cross join lateral core.hexagon_index(d.geom, h.edge_m) as i
        where st_dimension(p.geom) < 2
    ) as c
    union all
    select geom from people where st_dimension(geom) = 2
),

inhabited as (
    select st_union(p.geom) as geom, max(h.edge_m * h.gap_edge_count / 2) as half_gap_m
    from piece as p
    cross join hull as h
),

-- gaps are closed, holes too
closed as (
    select st_buffer(st_union(st_makepolygon(st_exteriorring(w.geom))), h.margin_m - i.half_gap_m) as geom
    from inhabited as i
    cross join hull as h
    cross join lateral st_dump(st_buffer(i.geom, i.half_gap_m)) as w
    group by h.margin_m, i.half_gap_m
),

drawn as (
    select st_intersection(st_union(c.geom, st_buffer(i.geom, h.margin_m)), st_buffer(h.geom, h.margin_m)) as geom
    from inhabited as i
    cross join closed as c
    cross join hull as h
)

select false as is_stand_in, geom::geometry(MultiPolygon, :metric_srid) from given
union all
select true, st_multi(st_collectionextract(geom, 3))::geometry(MultiPolygon, :metric_srid) from drawn;

comment on view core.region_outline is 'Outline of the region: the boundary, else what surrounds people and streets with a margin, no wider than their convex hull.';
comment on column core.region_outline.is_stand_in is 'True when there was no boundary.';
comment on column core.region_outline.geom is 'Outline.';
