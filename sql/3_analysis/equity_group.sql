-- needs: core.demand_cell, core.planning_area, core.cell_income, analysis.nearest_station
-- grain: one row per (cell_id, group_kind)

create materialized view analysis.equity_group as

select c.cell_id, 'municipality' as group_kind, a.name as group_name
from core.demand_cell as c
join core.planning_area as a using (planning_area_id)

union all

-- Statistics Canada draws population centres where at least 400 people live on a square kilometre; measured here within 1 km
select
    c.cell_id, 'settlement',
    case when sum(n.population) / pi() >= 400 then 'urban' else 'rural' end
from core.demand_cell as c
join core.demand_cell as n on st_dwithin(n.point_geom, c.point_geom, 1000)
group by c.cell_id

union all

-- four of ten drivers in apartments cannot charge at home, one of fifty in houses: Pollution Probe
select cell_id, 'apartment', case when apartment_count > 0.5 * dwelling_count then 'apartments' else 'houses' end
from core.demand_cell
where apartment_count is not null and dwelling_count > 0

union all

-- half an hour on foot
select
    c.cell_id, 'charger_distance',
    case when exists (
        select from analysis.nearest_station as s where s.cell_id = c.cell_id and s.distance_m <= 2000
    ) then 'near a charger' else 'far from chargers' end
from core.demand_cell as c

union all

-- the fifth of the people whose areas earn least
select i.cell_id, 'income', case when i.rank_share <= 0.2 then 'low income' else 'other income' end
from (
    select
        t.cell_id,
        sum(c.population) over (order by t.median_income_cad, t.cell_id) / nullif(sum(c.population) over (), 0) as rank_share
    from core.cell_income as t
    join core.demand_cell as c using (cell_id)
) as i
with no data;

create unique index equity_group_key on analysis.equity_group (cell_id, group_kind);

comment on materialized view analysis.equity_group is 'Groups of people that a plan may have to be fair to, as the data tell them apart; a kind that the data does not know has no rows.';
comment on column analysis.equity_group.cell_id is 'The cell: core.demand_cell.';
comment on column analysis.equity_group.group_kind is 'municipality, settlement, apartment, charger_distance or income.';
comment on column analysis.equity_group.group_name is 'Name of the planning area; urban or rural (400 people per km2 within 1 km); apartments (more than half of the dwellings) or houses; near a charger or far from chargers (2 km by road, today); low income (the fifth that earns least) or other income.';
