-- needs: core.census_group, core.population_point
-- grain: one row per (cell_id); none where the source has no incomes

create materialized view core.cell_income as

-- added up in the order of points, so that the same data gives the same digits whatever way the database takes
with point as (
    select p.cell_id, g.median_income_cad, p.population * g.income_population / g.population as population
    from core.census_group as g
    join core.population_point as p using (census_group_id)
    where g.median_income_cad is not null and p.population > 0
    order by p.cell_id, p.census_group_id, p.point_number
)

select cell_id, sum(median_income_cad * population) / sum(population) as median_income_cad
from point
group by cell_id
with no data;

create unique index cell_income_key on core.cell_income (cell_id);

comment on materialized view core.cell_income is 'What households earn, per hexagon.';
comment on column core.cell_income.cell_id is 'Number of the hexagon: core.demand_cell.';
comment on column core.cell_income.median_income_cad is 'Median household income per year of its census areas, averaged over its people.';
