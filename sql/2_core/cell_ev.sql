-- needs: core.cell_people, core.postal_area
-- grain: one row per (cell_id)

create materialized view core.cell_ev as

-- the postal area a cell lies in; outlines do not always meet, so a cell between them takes the nearest
with home as (
    select
        c.cell_id,
        a.postal_area_key,
        -- by households; by people, at the region's rate of households, where a cell's are not known
        coalesce(
            c.household_count,
            c.population * coalesce(
                sum(c.household_count) over () / nullif(sum(c.population) filter (where c.household_count is not null) over (), 0), 1
            )
        ) as weight
    from core.cell_people as c
    cross join lateral (
        select postal_area_key
        from core.postal_area
        where inside_share > 0
        order by geom <-> c.point_geom, postal_area_key
        limit 1
    ) as a
),

-- a postal area in which nobody's centre lies is small: the cell nearest to it takes its vehicles
member as (
    select cell_id, postal_area_key, weight
    from home
    where weight > 0
    union all
    select c.cell_id, a.postal_area_key, 1
    from core.postal_area as a
    cross join lateral (select cell_id from core.cell_people order by point_geom <-> a.geom, cell_id limit 1) as c
    where a.inside_share > 0
        and not exists (select from home where home.postal_area_key = a.postal_area_key and home.weight > 0)
),

share as (
    select cell_id, postal_area_key, weight / sum(weight) over (partition by postal_area_key) as share
    from member
)

select s.cell_id, sum(a.ev_count * a.inside_share * s.share) as ev_count
from share as s
join core.postal_area as a using (postal_area_key)
group by s.cell_id
with no data;

create unique index cell_ev_key on core.cell_ev (cell_id);

comment on materialized view core.cell_ev is 'Electric vehicles per hexagon: those of the postal area, by households.';
comment on column core.cell_ev.cell_id is 'The hexagon.';
comment on column core.cell_ev.ev_count is 'Electric vehicles.';
