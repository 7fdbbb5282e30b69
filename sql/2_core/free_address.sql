-- needs: core.address, core.address_claim, core.census_area, core.planning_area
-- grain: one row per (planning_area_id, address_id)

create materialized view core.free_address as

select p.planning_area_id, a.address_id
from core.planning_area as p
join core.address as a on st_intersects(p.geom, a.geom)
where p.planning_area_id in (select c.planning_area_id from core.census_area as c where c.geom is null)
    and not exists (select from core.address_claim as t where t.address_id = a.address_id)
with no data;

create unique index free_address_key on core.free_address (planning_area_id, address_id);

comment on materialized view core.free_address is 'Addresses that no census area claims, in municipalities of which some area has no place: home to the people of these.';
comment on column core.free_address.planning_area_id is 'The municipality.';
comment on column core.free_address.address_id is 'The address.';
