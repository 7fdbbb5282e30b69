-- needs: staging.boundary, staging.census_area, staging.road_node
-- grain: one row per (is_stand_in); one row in all

create view core.region_outline as

with given as (
    select st_multi(st_union(geom)) as geom
    from staging.boundary
    having count(*) > 0
),

-- Without a boundary: what lies around people and streets. A census point among them stands for people up to 500 m away.
people as (
    select geom from staging.census_area where geom is not null
    union all
    select geom from staging.road_node
),

drawn as (
    select st_multi(st_buffer(st_concavehull(st_collect(geom), 0.3), 500)) as geom
    from people
    where not exists (select from given)
    having count(*) > 0
)

select false as is_stand_in, geom::geometry(MultiPolygon, :metric_srid) from given
union all
select true, geom::geometry(MultiPolygon, :metric_srid) from drawn;

comment on view core.region_outline is 'Outline of the region: the boundary, else a hull of people and streets with a margin of 500 m.';
comment on column core.region_outline.is_stand_in is 'True when no boundary was given.';
comment on column core.region_outline.geom is 'Outline.';
