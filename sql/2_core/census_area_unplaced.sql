-- needs: core.census_area, core.free_address
-- grain: one row per (area_key, reason)

create view core.census_area_unplaced as

select area_key, population, 'it has no place, and its municipality has no address that no other area claims' as reason, false as is_outside
from core.census_area as c
where geom is null
    and population > 0
    and not exists (select from core.free_address as a where a.planning_area_id = c.planning_area_id)
union all
select area_key, population * (1 - inside_share), 'this share of its people lies outside the region', true
from core.census_area
where population * (1 - inside_share) > 0;

comment on view core.census_area_unplaced is 'People of census areas that are in no cell, and why.';
comment on column core.census_area_unplaced.area_key is 'Key of the area.';
comment on column core.census_area_unplaced.population is 'People not placed.';
comment on column core.census_area_unplaced.reason is 'Why.';
comment on column core.census_area_unplaced.is_outside is 'True when they live outside the region, which is no loss.';
