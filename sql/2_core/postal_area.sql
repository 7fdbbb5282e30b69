-- needs: staging.postal_area, staging.address, core.address, core.cell_people, core.postal_area_count, core.region
-- grain: one row per (postal_area_key)

create materialized view core.postal_area as

with area as (
    select a.postal_area_key, st_union(a.geom) as geom
    from staging.postal_area as a
    group by a.postal_area_key
),

cut as (
    select
        a.postal_area_key, a.geom, v.ev_count, v.counted_ev_count, v.count_date, v.is_brought_forward,
        st_area(a.geom) / 1e6 as km2,
        st_area(st_intersection(a.geom, r.geom)) / 1e6 as inside_km2
    from area as a
    join core.postal_area_count as v using (postal_area_key)
    cross join core.region as r
    where st_intersects(a.geom, r.geom)
),

across as (
    select * from cut where inside_km2 < 0.999 * km2
),

-- people of the open country of the region: those of hexagons below the density of a town, over the surface that is left
country as (
    select n.population / nullif(st_area(r.geom) / 1e6 - coalesce(n.urban_km2, 0), 0) as person_per_km2
    from core.region as r
    cross join lateral (select 1.5 * sqrt(3) * r.hexagon_edge_m ^ 2 / 1e6 as km2) as h
    cross join lateral (
        select
            sum(c.population order by c.cell_id) filter (where not u.is_urban) as population,
            count(*) filter (where u.is_urban) * h.km2 as urban_km2
        from core.cell_people as c
        cross join lateral (select c.population >= r.urban_density_min_per_km2 * h.km2 as is_urban) as u
    ) as n
),

person as (
    select a.postal_area_key, sum(c.population order by c.cell_id) as inside_population
    from across as a
    join core.cell_people as c on st_intersects(c.point_geom, a.geom)
    where c.address_count > 0
    group by a.postal_area_key
),

-- addresses that are no part of the region, where the source of them goes on beyond its border
beyond as materialized (
    select a.source_id, a.record_number, a.geom
    from staging.address as a
    where not exists (select from core.address as i where i.source_id = a.source_id and i.record_number = a.record_number)
),

-- each area for itself: a file of addresses may go on beyond the border on one side of the region and end at it on the other
address as materialized (
    select
        a.postal_area_key, n.inside_count, n.outside_count,
        -- records farther out than the margin of the region were not loaded
        (a.km2 - a.inside_km2) / nullif(
            st_area(st_intersection(a.geom, st_buffer(r.geom, r.coordinate_margin_m))) / 1e6 - a.inside_km2, 0
        ) as unseen_factor
    from across as a
    cross join core.region as r
    cross join lateral (
        select
            (select count(*) from core.address as i where st_intersects(i.geom, a.geom)) as inside_count,
            (select count(*) from beyond as b where st_intersects(b.geom, a.geom)) as outside_count
    ) as n
    where n.outside_count > 0
        and n.outside_count >= r.address_beyond_share_min * n.inside_count
        and exists (select from core.address)
),

shared as (
    select
        c.*,
        p.inside_population,
        t.inside_count / nullif(t.inside_count + t.outside_count * greatest(t.unseen_factor, 1), 0) as address_share,
        -- beyond the border it is no denser than the open country on this side, or than the area's own part on this side
        p.inside_population / nullif(
            p.inside_population
            + (c.km2 - c.inside_km2) * least(o.person_per_km2, p.inside_population / nullif(c.inside_km2, 0)),
            0
        ) as people_share
    from cut as c
    left join person as p using (postal_area_key)
    left join address as t using (postal_area_key)
    left join country as o on true
)

select
    postal_area_key,
    ev_count,
    counted_ev_count,
    count_date,
    is_brought_forward,
    coalesce(address_share, people_share, inside_km2 / km2) as inside_share,
    case when address_share is not null then 'address' when people_share is not null then 'people' else 'surface' end as share_basis,
    inside_km2 / km2 as inside_surface_share,
    geom::geometry(Geometry, :metric_srid) as geom
from shared
with no data;

create unique index postal_area_key on core.postal_area (postal_area_key);
create index postal_area_geom_idx on core.postal_area using gist (geom);

comment on materialized view core.postal_area is 'Postal areas that meet the region, with their electric vehicles.';
comment on column core.postal_area.postal_area_key is 'Postal area.';
comment on column core.postal_area.ev_count is 'Electric vehicles registered in the whole area, at the latest date of all counts.';
comment on column core.postal_area.counted_ev_count is 'Those of its own latest count.';
comment on column core.postal_area.count_date is 'Day of that count; null where no source says.';
comment on column core.postal_area.is_brought_forward is 'True where that count is older than the latest of all and has grown like the others since.';
comment on column core.postal_area.inside_share is
    'Share of its vehicles inside the region: by addresses, where there are any beyond the border; where they end there, by the people at addresses inside and those that the open country has outside; without addresses, by surface.';
comment on column core.postal_area.share_basis is 'What that follows from: address, people or surface.';
comment on column core.postal_area.inside_surface_share is 'Share of its surface inside the region.';
comment on column core.postal_area.geom is 'Outline.';
