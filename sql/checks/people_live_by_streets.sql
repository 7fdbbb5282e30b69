-- Most people live within access_max_m of a street.
-- hint: the road extract may cover another place than the population, or its streets are missing; compare both on a map.

select
    round(sum(c.population)::numeric) as population,
    round(coalesce(sum(c.population) filter (where a.place_id is not null), 0)::numeric) as population_by_streets
from core.demand_cell as c
left join analysis.access_point as a on a.place_kind = 'cell' and a.place_id = c.cell_id
having coalesce(sum(c.population) filter (where a.place_id is not null), 0) <= 0.5 * coalesce(sum(c.population), 0);
