-- needs: staging.grid_area, core.grid_place, core.planning_area, core.cell_people, core.region
-- grain: one row per (grid_area_id)

create materialized view core.grid_area as

-- Without limit and load an area has the power of its people: such a station that is not the nearest to any people has no area.
with located as (
    select *
    from core.grid_place as p
    where p.limit_kw is not null or p.peak_load_kw is not null
        or p.grid_station_ids in (
            select n.grid_station_ids
            from core.cell_people as c
            cross join lateral (
                select o.grid_station_ids
                -- by distance alone, which the index gives, with all that are exactly as near
                from (select grid_station_ids from core.grid_place order by geom <-> c.point_geom fetch first 1 row with ties) as o
                order by o.grid_station_ids
                limit 1
            ) as n
            where c.population > 0
        )
),

voronoi as (
    select (st_dump(st_voronoipolygons(st_collect(l.geom), 0, st_expand(st_collect(r.geom), r.coordinate_margin_m)))).geom
    from located as l
    cross join core.region as r
    group by r.coordinate_margin_m
    having count(*) > 1
),

area as (
    select
        name, limit_kw, peak_load_kw, 'given' as basis, array[station_key] as station_keys, supply_key,
        source_id, record_number, null::integer[] as grid_station_ids, null::integer as planning_area_id, geom
    from staging.grid_area
    union all
    select
        l.name, l.limit_kw, l.peak_load_kw, 'nearest_station', l.station_keys, l.supply_key,
        null, null, l.grid_station_ids, null, coalesce(v.geom, r.geom)
    from located as l
    cross join core.region as r
    left join voronoi as v on st_intersects(v.geom, l.geom)
    where not exists (select from staging.grid_area)
    union all
    select name, null, null, 'planning_area', null, null, null, null, null, planning_area_id, geom
    from core.planning_area
    where not exists (select from staging.grid_area) and not exists (select from located)
),

clipped as (
    select a.*, st_multi(st_collectionextract(st_intersection(a.geom, r.geom), 3)) as region_geom
    from area as a
    cross join core.region as r
)

select
    row_number() over (
        order by name, st_xmin(region_geom), st_ymin(region_geom), grid_station_ids, source_id, record_number, planning_area_id
    )::integer as grid_area_id,
    name,
    limit_kw,
    peak_load_kw,
    basis,
    station_keys,
    supply_key,
    source_id,
    record_number,
    grid_station_ids,
    planning_area_id,
    region_geom::geometry(MultiPolygon, :metric_srid) as geom
from clipped
where not st_isempty(region_geom)
with no data;

create unique index grid_area_key on core.grid_area (grid_area_id);
create index grid_area_geom_idx on core.grid_area using gist (geom);

comment on materialized view core.grid_area is 'Service areas of the grid: given ones, else what lies nearest to each station, else planning areas.';
comment on column core.grid_area.grid_area_id is 'Number of the area within the load.';
comment on column core.grid_area.name is 'Name.';
comment on column core.grid_area.limit_kw is 'Limit; null when unknown.';
comment on column core.grid_area.peak_load_kw is 'Highest load so far; null when unknown.';
comment on column core.grid_area.basis is 'given, nearest_station or planning_area.';
comment on column core.grid_area.station_keys is 'Keys of its stations in their source, to which feeders refer.';
comment on column core.grid_area.supply_key is 'Key of what feeds it and others: core.grid_supply; the first by name where stations at one place have several.';
comment on column core.grid_area.source_id is 'The file of the outline, where it was given.';
comment on column core.grid_area.record_number is 'The record of the outline, where it was given.';
comment on column core.grid_area.grid_station_ids is 'Stations whose nearest surroundings it is, where no outline was given.';
comment on column core.grid_area.planning_area_id is 'Planning area that stands in where there is no station either.';
comment on column core.grid_area.geom is 'Outline within the region.';
