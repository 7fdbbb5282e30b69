-- needs: staging.planning_area, core.region
-- grain: one row per (planning_area_id)

create materialized view core.planning_area as

with area as (
    select area_key, min(name) as name, st_union(geom) as geom
    from staging.planning_area
    group by area_key
    union all
    select region, title, geom
    from core.region
    where not exists (select from staging.planning_area)
),

-- names are for people, who have to tell two areas of one name apart: each of these has its key behind it
named as (
    select *, case when count(*) over (partition by name) > 1 then name || ' (' || area_key || ')' else name end as keyed_name
    from area
)

select
    row_number() over (order by area_key)::integer as planning_area_id,
    area_key,
    name as given_name,
    -- unless such a name is a third area's
    case when count(*) over (partition by keyed_name) > 1 then keyed_name || ' [' || area_key || ']' else keyed_name end as name,
    st_multi(geom)::geometry(MultiPolygon, :metric_srid) as geom
from named
with no data;

create unique index planning_area_key on core.planning_area (planning_area_id);
create index planning_area_geom_idx on core.planning_area using gist (geom);

comment on materialized view core.planning_area is 'Municipalities or districts; the region itself where none are given.';
comment on column core.planning_area.planning_area_id is 'Number of the area.';
comment on column core.planning_area.area_key is 'Key of the area in its source.';
comment on column core.planning_area.given_name is 'Name as the source has it; another area may bear it too.';
comment on column core.planning_area.name is 'Name by which people know the area from all others: the given one, with the key where it is not the only one.';
comment on column core.planning_area.geom is 'Outline.';
