-- needs: core.census_area, core.population_point, core.hexagon_index, core.region
-- grain: one row per (cell_id); none where the source has no incomes

create materialized view core.cell_income as

select
    (h.i + 500000) * 1000000::bigint + (h.j + 500000) as cell_id,
    sum(c.median_income_cad * p.population) / sum(p.population) as median_income_cad
from core.census_area as c
join core.population_point as p using (census_area_id)
cross join core.region as r
cross join lateral core.hexagon_index(p.geom, r.hexagon_edge_m) as h
where c.median_income_cad is not null and p.population > 0
group by h.i, h.j
with no data;

create unique index cell_income_key on core.cell_income (cell_id);

comment on materialized view core.cell_income is 'What households earn, per hexagon.';
comment on column core.cell_income.cell_id is 'Number of the hexagon: core.demand_cell.';
comment on column core.cell_income.median_income_cad is 'Median household income per year of its census areas, averaged over its people.';
