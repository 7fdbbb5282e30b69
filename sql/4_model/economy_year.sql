-- needs: model.price, model.phase, plan.scenario_economy
-- grain: one row per (scenario_id, year)

create view model.economy_year as

select
    e.scenario_id,
    y.year,
    -- what is built in a year runs from the next
    (select max(p.phase) from model.phase as p where p.scenario_id = e.scenario_id and p.year < y.year) as phase,
    (1 + c.index_share_per_year) ^ (y.year - c.year) as price_factor,
    (1 + e.energy_index_share_per_year) ^ (y.year - c.year) as energy_factor,
    (1 + e.driver_price_index_share_per_year) ^ (y.year - c.year) as driver_price_factor,
    (1 + e.discount_share_per_year) ^ (b.first_year - y.year) as discount_factor
from plan.scenario_economy as e
join model.price as c on c.scenario_id = e.scenario_id
join (
    select scenario_id, min(year) as first_year, max(year) as last_year from model.phase group by scenario_id
) as b on b.scenario_id = e.scenario_id
cross join lateral generate_series(b.first_year, b.last_year + e.horizon_year) as y (year);

comment on view model.economy_year is 'Years in which a plan is paid for and runs: how prices have risen by then, and what money counts.';
comment on column model.economy_year.scenario_id is 'The scenario.';
comment on column model.economy_year.year is 'The year, from that of the first phase.';
comment on column model.economy_year.phase is 'The last phase that was built before; null in the first year.';
comment on column model.economy_year.price_factor is 'Upkeep and fees of the year against those of the year that prices are of.';
comment on column model.economy_year.energy_factor is 'The price of energy likewise.';
comment on column model.economy_year.driver_price_factor is 'What drivers pay, likewise.';
comment on column model.economy_year.discount_factor is 'What a sum of the year counts in the first: (1 + interest) to the power of minus the years between.';
