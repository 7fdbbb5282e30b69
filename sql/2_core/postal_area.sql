-- needs: staging.postal_area, staging.ev_count, core.region
-- grain: one row per (postal_area_key)

create materialized view core.postal_area as

with area as (
    select postal_area_key, st_union(geom) as geom
    from staging.postal_area
    group by postal_area_key
),

-- of several counts of an area the latest stands
vehicle as (
    select c.postal_area_key, sum(c.ev_count) as ev_count
    from staging.ev_count as c
    join (select postal_area_key, max(count_date) as count_date from staging.ev_count group by postal_area_key) as latest
        on latest.postal_area_key = c.postal_area_key
            and latest.count_date is not distinct from c.count_date
    group by c.postal_area_key
)

select
    a.postal_area_key,
    v.ev_count,
    st_area(st_intersection(a.geom, r.geom)) / st_area(a.geom) as inside_share,
    a.geom::geometry(Geometry, :metric_srid) as geom
from area as a
join vehicle as v using (postal_area_key)
cross join core.region as r
where st_intersects(a.geom, r.geom)
with no data;

create unique index postal_area_key on core.postal_area (postal_area_key);
create index postal_area_geom_idx on core.postal_area using gist (geom);

comment on materialized view core.postal_area is 'Postal areas that meet the region, with their electric vehicles.';
comment on column core.postal_area.postal_area_key is 'Postal area.';
comment on column core.postal_area.ev_count is 'Electric vehicles registered in the whole area, by its latest count.';
comment on column core.postal_area.inside_share is 'Share of its surface inside the region: no source tells how its people are divided.';
comment on column core.postal_area.geom is 'Outline.';
