-- needs: model.cell_charging, plan.scenario_growth, plan.scenario_phase, core.demand_cell, core.ev_count_year, core.postal_area,
--   analysis.ev_growth_area, analysis.people_growth
-- grain: one row per (scenario_id, phase, postal_area_key); '' stands for cells of no postal area

create table model.area_growth as

-- Logistic curve through the count and where it is five years on: K / (1 + (K / N - 1) exp(-r years)), with the saturation K of the
-- people of that year. Five years on, an area has grown at its own rate, or by the factor of the scenario; beyond 95 % of K it counts
-- as 95 %, and a region that is there already does not grow.
with people as (
    select
        p.scenario_id, p.phase, p.year,
        sum(c.population order by c.cell_id) as population,
        sum(c.population * coalesce(r.people_factor, 1) order by c.cell_id) as later_population
    from plan.scenario_phase as p
    cross join core.demand_cell as c
    left join analysis.people_growth as r on r.planning_area_id = c.planning_area_id and r.year = p.year
    group by p.scenario_id, p.phase, p.year
),

counted as (
    select
        g.scenario_id, p.phase, p.year, g.five_year_factor, g.method, g.path,
        coalesce(d.count_year, g.count_year_assumed) as count_year,
        -- vehicles that follow from the people grow with them besides: model.cell_growth
        v.ev_count / (g.saturation_ev_per_person * case when v.is_ev_assumed then p.population else p.later_population end)
            as saturated_share
    from plan.scenario_growth as g
    join (
        select scenario_id, sum(ev_count order by cell_id) as ev_count, bool_or(is_ev_assumed) as is_ev_assumed
        from model.cell_charging
        group by scenario_id
    ) as v on v.scenario_id = g.scenario_id
    join people as p on p.scenario_id = g.scenario_id
    cross join core.ev_count_year as d
),

area as (
    select
        c.scenario_id, c.phase, c.year, a.postal_area_key, c.count_year, c.saturated_share,
        case when c.method = 'history' and h.middle_share is not null
            then (1 + case c.path when 'low' then h.low_share when 'high' then h.high_share else h.middle_share end) ^ 5
            else c.five_year_factor
        end as five_year_factor
    from counted as c
    cross join (select postal_area_key from core.postal_area union all select '') as a
    left join analysis.ev_growth_area as h on h.postal_area_key = a.postal_area_key
)

select
    scenario_id, phase, year, postal_area_key, count_year, five_year_factor,
    case when saturated_share >= 0.95 then 1 else 1 / (
        saturated_share + (1 - saturated_share) * exp(
            ln((1 / (least(five_year_factor * saturated_share, 0.95)) - 1) / (1 / saturated_share - 1)) / 5 * (year + 1 - count_year)
        )
    ) end as growth_factor
from area;

comment on table model.area_growth is 'Growth of the electric vehicles of each postal area until the end of the year of each phase, on a logistic curve.';
comment on column model.area_growth.scenario_id is 'The scenario.';
comment on column model.area_growth.phase is 'The phase.';
comment on column model.area_growth.year is 'Its calendar year.';
comment on column model.area_growth.postal_area_key is 'Postal area; empty for cells of none.';
comment on column model.area_growth.count_year is 'Date of the count, as a year; an assumption where the source states none.';
comment on column model.area_growth.five_year_factor is 'Vehicles five years after the count, against it: by analysis.ev_growth_area, or as the scenario says.';
comment on column model.area_growth.growth_factor is 'Vehicles at the end of the year of the phase, against the count.';
