-- needs: core.cell_people, core.postal_area
-- grain: one row per (cell_id, postal_area_key)

create materialized view core.cell_postal_area as

-- the postal area a cell lies in; outlines do not always meet, so a cell between them takes the nearest
with home as (
    select
        c.cell_id,
        a.postal_area_key,
        -- by households; by people, at the region's rate of households, where a cell's are not known
        coalesce(
            c.household_count,
            c.population * coalesce(
                sum(c.household_count) over everybody
                / nullif(sum(c.population) filter (where c.household_count is not null) over everybody, 0),
                1
            )
        ) as weight
    from core.cell_people as c
    cross join lateral (
        select n.postal_area_key
        from (
            select postal_area_key
            from core.postal_area
            where inside_share > 0
            -- by distance alone, which the index gives, with all that are exactly as near
            order by geom <-> c.point_geom
            fetch first 1 row with ties
        ) as n
        order by n.postal_area_key
        limit 1
    ) as a
    window everybody as (order by c.cell_id rows between unbounded preceding and unbounded following)
),

-- a postal area that holds no cell's centre is small: the cell nearest to it takes its vehicles
member as (
    select cell_id, postal_area_key, weight
    from home
    where weight > 0
    union all
    select c.cell_id, a.postal_area_key, 1
    from core.postal_area as a
    cross join lateral (
        select n.cell_id
        from (select cell_id from core.cell_people order by point_geom <-> a.geom fetch first 1 row with ties) as n
        order by n.cell_id
        limit 1
    ) as c
    where a.inside_share > 0
        and not exists (select from home where home.postal_area_key = a.postal_area_key and home.weight > 0)
)

select cell_id, postal_area_key, weight / sum(weight) over area as share
from member
window area as (partition by postal_area_key order by cell_id rows between unbounded preceding and unbounded following)
with no data;

create unique index cell_postal_area_key on core.cell_postal_area (cell_id, postal_area_key);

comment on materialized view core.cell_postal_area is 'Which cells share the vehicles of a postal area, and how.';
comment on column core.cell_postal_area.cell_id is 'Demand cell.';
comment on column core.cell_postal_area.postal_area_key is 'Postal area.';
comment on column core.cell_postal_area.share is 'Share of the area''s vehicles within the region that the cell has; sums to 1 per area.';
