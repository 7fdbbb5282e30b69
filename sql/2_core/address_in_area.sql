-- needs: core.address, core.census_area
-- grain: one row per (address_id)

create materialized view core.address_in_area as

select a.address_id, min(c.census_area_id) as census_area_id
from core.census_area as c
join core.address as a on st_intersects(c.geom, a.geom)
where c.is_polygon
group by a.address_id
with no data;

create unique index address_in_area_key on core.address_in_area (address_id);

comment on materialized view core.address_in_area is 'Addresses that lie in a census area drawn as a polygon.';
comment on column core.address_in_area.address_id is 'The address.';
comment on column core.address_in_area.census_area_id is 'The census area; the first of those that overlap.';
