-- needs: core.address_claim, core.census_area, core.free_address
-- grain: one row per (census_area_id, address_id)

create view core.census_area_address as

select census_area_id, address_id
from core.address_claim
union all
-- areas without a place: all addresses of their municipality that no other area claims
select c.census_area_id, f.address_id
from core.census_area as c
join core.free_address as f using (planning_area_id)
where c.geom is null;

comment on view core.census_area_address is 'The addresses over which the people of an area are spread evenly.';
comment on column core.census_area_address.census_area_id is 'The census area.';
comment on column core.census_area_address.address_id is 'The address.';
