-- needs: core.demand_cell, core.planning_area, core.cell_income, core.region, analysis.nearest_station
-- grain: one row per (cell_id, group_kind)

create materialized view analysis.equity_group as

select c.cell_id, 'municipality' as group_kind, a.name as group_name
from core.demand_cell as c
join core.planning_area as a using (planning_area_id)

union all

-- Statistics Canada draws population centres by the people on a square kilometre; measured here around each cell
select
    c.cell_id, 'settlement',
    case when sum(n.population order by n.cell_id) / (pi() * (r.urban_radius_m / 1000) ^ 2) >= r.urban_density_min_per_km2 then 'urban' else 'rural' end
from core.demand_cell as c
cross join core.region as r
join core.demand_cell as n on st_dwithin(n.point_geom, c.point_geom, r.urban_radius_m)
group by c.cell_id, r.urban_radius_m, r.urban_density_min_per_km2

union all

select c.cell_id, 'apartment', case when c.apartment_count > r.apartment_share_min * c.dwelling_count then 'apartments' else 'houses' end
from core.demand_cell as c
cross join core.region as r
where c.apartment_count is not null and c.dwelling_count > 0

union all

select
    c.cell_id, 'charger_distance',
    case when c.cell_id in (
        select s.cell_id
        from analysis.nearest_station as s
        join core.region as r on s.distance_m <= r.near_charger_m
    ) then 'near a charger' else 'far from chargers' end
from core.demand_cell as c

union all

-- those of the people whose areas earn least
select i.cell_id, 'income', case when i.rank_share <= r.low_income_share then 'low income' else 'other income' end
from (
    select
        t.cell_id,
        sum(c.population) over (order by t.median_income_cad, t.cell_id) / nullif(sum(c.population) over everybody, 0) as rank_share
    from core.cell_income as t
    join core.demand_cell as c using (cell_id)
    window everybody as (order by t.median_income_cad, t.cell_id rows between unbounded preceding and unbounded following)
) as i
cross join core.region as r
with no data;

create unique index equity_group_key on analysis.equity_group (cell_id, group_kind);

comment on materialized view analysis.equity_group is 'Groups of people that a plan may have to be fair to, as the data tell them apart; a kind that the data does not know has no rows.';
comment on column analysis.equity_group.cell_id is 'The cell: core.demand_cell.';
comment on column analysis.equity_group.group_kind is 'municipality, settlement, apartment, charger_distance or income.';
comment on column analysis.equity_group.group_name is 'Name of the planning area; urban or rural; apartments or houses; near a charger or far from chargers, by road, today; low income or other income. core.setting says where the lines are drawn.';
