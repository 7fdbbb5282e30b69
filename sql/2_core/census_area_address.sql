-- needs: core.address, core.address_claim, core.census_area, core.planning_area
-- grain: one row per (census_area_id, address_id)

create view core.census_area_address as

select c.census_area_id, c.address_id, a.geom
from core.address_claim as c
join core.address as a using (address_id)
union all
-- areas without a place: all addresses of their municipality that no other area claims
select c.census_area_id, a.address_id, a.geom
from core.census_area as c
join core.planning_area as p using (planning_area_id)
join core.address as a on st_intersects(p.geom, a.geom)
where c.geom is null
    and not exists (select from core.address_claim as t where t.address_id = a.address_id);

comment on view core.census_area_address is 'The addresses over which the people of an area are spread evenly.';
comment on column core.census_area_address.census_area_id is 'The census area.';
comment on column core.census_area_address.address_id is 'The address.';
comment on column core.census_area_address.geom is 'Place.';
