-- needs: core.address, core.address_in_area, core.census_area, core.hexagon_index, core.region
-- grain: one row per (address_id)

create materialized view core.address_claim as

-- an address belongs to the polygon it lies in, else to the nearest point that stands for an area
with free as (
    select a.address_id, a.geom, h.i, h.j
    from core.address as a
    cross join core.region as r
    cross join lateral core.hexagon_index(a.geom, r.hexagon_edge_m) as h
    where not exists (select from core.address_in_area as n where n.address_id = a.address_id)
),

-- An address is at most an edge from the centre of its hexagon: what is nearest to it is at most two edges farther from the centre than
-- what is nearest to that. So these few are looked up once for each hexagon.
choice as (
    select h.i, h.j, p.census_area_id, p.geom
    from (select distinct i, j from free) as h
    cross join core.region as r
    cross join lateral (
        select st_centroid(st_hexagon(r.hexagon_edge_m, h.i, h.j, 'SRID=:metric_srid;POINT(0 0)')) as geom
    ) as c
    cross join lateral (
        select st_distance(n.geom, c.geom) as distance_m
        from core.census_area as n
        where not n.is_polygon and n.inside_share > 0
        order by n.geom <-> c.geom
        limit 1
    ) as d
    join core.census_area as p on st_dwithin(p.geom, c.geom, d.distance_m + 2 * r.hexagon_edge_m + 1)
    where not p.is_polygon and p.inside_share > 0
),

nearest as (
    select distinct on (a.address_id) a.address_id, c.census_area_id, st_distance(c.geom, a.geom) as distance_m
    from free as a
    join choice as c using (i, j)
    order by a.address_id, st_distance(c.geom, a.geom), c.census_area_id
),

ranked as (
    select
        n.address_id, c.census_area_id, c.dwelling_count,
        row_number() over (partition by c.census_area_id order by n.distance_m, n.address_id) as rank
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
