-- The region has people, streets and sites.
-- hint: check the population file and the boundary: they may be of different places.

select *
from (
    select
        (select coalesce(sum(population), 0) from core.demand_cell) as population,
        (select count(*) from core.road_edge) as street_count,
        (select count(*) from core.site) as site_count
) as region
where population <= 0 or street_count = 0 or site_count = 0;
