-- Each person of the census areas is in a cell or is listed as not placed.
-- hint: refresh the views; if it stays, compare core.census_area_unplaced with the population file.

with total as (
    select
        (select coalesce(sum(population), 0) from staging.census_area) as source_population,
        (select coalesce(sum(population), 0) from core.demand_cell) as cell_population,
        (select coalesce(sum(population), 0) from core.census_area_unplaced) as unplaced_population
)

select *
from total
where abs(source_population - cell_population - unplaced_population) > 1e-6 * greatest(source_population, 1);
