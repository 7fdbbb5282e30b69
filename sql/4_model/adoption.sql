-- needs: model.cell_charging, plan.scenario_growth, plan.scenario_phase, core.demand_cell, core.ev_count_year
-- grain: one row per (scenario_id, phase)

create view model.adoption as

-- Logistic curve through the count and its projection five years on: K / (1 + (K / N - 1) exp(-r years)). A projection
-- beyond 95 % of the saturation K counts as 95 %, and a region that is there already does not grow.
with counted as (
    select
        g.scenario_id,
        coalesce(d.count_year, g.count_year_assumed) as count_year,
        v.ev_count,
        v.ev_count / (g.saturation_ev_per_person * p.population) as saturated_share,
        least(g.five_year_factor, 0.95 * g.saturation_ev_per_person * p.population / v.ev_count) as five_year_factor
    from plan.scenario_growth as g
    join (
        select scenario_id, sum(ev_count) as ev_count from model.cell_charging group by scenario_id
    ) as v on v.scenario_id = g.scenario_id
    cross join (select sum(population) as population from core.demand_cell) as p
    cross join core.ev_count_year as d
)

select
    c.scenario_id, p.phase, p.year, c.count_year, c.ev_count as counted_ev_count,
    c.ev_count * f.growth_factor as ev_count,
    f.growth_factor
from counted as c
join plan.scenario_phase as p on p.scenario_id = c.scenario_id
cross join lateral (
    select case when c.saturated_share >= 0.95 then 1 else 1 / (
        c.saturated_share + (1 - c.saturated_share) * exp(
            ln((1 / (c.five_year_factor * c.saturated_share) - 1) / (1 / c.saturated_share - 1)) / 5 * (p.year + 1 - c.count_year)
        )
    ) end as growth_factor
) as f;

comment on view model.adoption is 'Electric vehicles of the region at the end of the year of each phase, on a logistic curve.';
comment on column model.adoption.scenario_id is 'The scenario.';
comment on column model.adoption.phase is 'The phase.';
comment on column model.adoption.year is 'Its calendar year.';
comment on column model.adoption.count_year is 'Date of the count, as a year; an assumption where the source states none.';
comment on column model.adoption.counted_ev_count is 'Vehicles at the date of the count.';
comment on column model.adoption.ev_count is 'Vehicles at the end of the year of the phase.';
comment on column model.adoption.growth_factor is 'The one over the other, the same in every cell.';
