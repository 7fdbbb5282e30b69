-- needs: staging.grid_station, staging.grid_area, core.grid_area
-- grain: one row per (supply_key)

create view core.grid_supply as

-- each station repeats the figures of its supply; where they differ, the lowest limit and the highest load count
select
    s.supply_key,
    min(s.supply_limit_kw) as limit_kw,
    max(s.supply_peak_load_kw) as peak_load_kw,
    count(distinct s.supply_limit_kw) > 1 or count(distinct s.supply_peak_load_kw) > 1 as is_contradictory
from (
    select supply_key, supply_limit_kw, supply_peak_load_kw from staging.grid_station
    union all
    select supply_key, supply_limit_kw, supply_peak_load_kw from staging.grid_area
) as s
where s.supply_key in (select a.supply_key from core.grid_area as a)
group by s.supply_key;

comment on view core.grid_supply is 'What feeds several stations: a line or a supply area, where the grid source names it.';
comment on column core.grid_supply.supply_key is 'Key of the supply in its source.';
comment on column core.grid_supply.limit_kw is 'Limit; null when unknown.';
comment on column core.grid_supply.peak_load_kw is 'Highest load so far; null when unknown.';
comment on column core.grid_supply.is_contradictory is 'True where records give different figures.';
