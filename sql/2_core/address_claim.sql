-- needs: core.address, core.address_in_area, core.census_area
-- grain: one row per (address_id)

create materialized view core.address_claim as

-- an address belongs to the polygon it lies in, else to the nearest point that stands for an area
with nearest as (
    select
        a.address_id,
        a.geom,
        -- a subquery, which workers of the database can share, unlike a join with a limit
        (
            select n.census_area_id
            -- by distance alone, which the index gives, with all that are exactly as near
            from (
                select p.census_area_id
                from core.census_area as p
                where not p.is_polygon and p.inside_share > 0
                order by p.geom <-> a.geom
                fetch first 1 row with ties
            ) as n
            order by n.census_area_id
            limit 1
        ) as census_area_id
    from core.address as a
    where not exists (select from core.address_in_area as i where i.address_id = a.address_id)
),

ranked as (
    select
        n.address_id, c.census_area_id, c.dwelling_count,
        row_number() over (partition by c.census_area_id order by st_distance(n.geom, c.geom), n.address_id) as rank
    from nearest as n
    join core.census_area as c using (census_area_id)
)

select address_id, census_area_id
from core.address_in_area
union all
-- where some areas have no place, an area takes no more addresses than it has dwellings: the rest are theirs
select address_id, census_area_id
from ranked
where rank <= dwelling_count
    or dwelling_count is null
    or not exists (select from core.census_area where geom is null and population > 0)
with no data;

create unique index address_claim_key on core.address_claim (address_id);
create index address_claim_area_idx on core.address_claim (census_area_id);

comment on materialized view core.address_claim is 'The census area to whose people an address is home; addresses that no area claims are left out.';
comment on column core.address_claim.address_id is 'The address.';
comment on column core.address_claim.census_area_id is 'The census area.';
