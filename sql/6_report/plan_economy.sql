-- needs: report.plan_cash_flow, report.published_run, model.economy, model.session_scenario
-- grain: one row per (run_id)

create view report.plan_economy as

-- Net present value: sum of cash flow x discount factor. Payback: the first year from which the cumulative cash flow is never
-- below zero again. Subsidy needed: what, paid in the first year of the plan, lifts the net present value to zero. Cost of a
-- kWh: discounted costs over discounted kWh.
with total as (
    select
        f.run_id,
        sum(f.discounted_cash_flow_cad) as npv_cad,
        sum(f.energy_kwh) as energy_kwh,
        sum(f.energy_kwh * f.discount_factor) as discounted_kwh,
        sum((f.revenue_cad - f.cash_flow_cad) * f.discount_factor) as discounted_cost_cad,
        min(f.year) as first_year,
        -- a plan may pay nothing in its first phase
        coalesce(min(f.year) filter (where f.net_capex_cad <> 0 or f.grid_upgrade_cad <> 0), min(f.year)) as first_payment_year,
        -- half a cent is rounding
        coalesce(max(f.year) filter (where f.cumulative_cash_flow_cad < -0.005) + 1, min(f.year)) as repaid_year,
        max(f.year) as last_year
    from report.plan_cash_flow as f
    group by f.run_id
)

select
    r.run_id,
    r.scenario_name,
    t.first_year,
    t.last_year,
    t.npv_cad,
    case when t.repaid_year <= t.last_year then greatest(t.repaid_year - t.first_payment_year, 0) end as payback_year,
    greatest(-t.npv_cad, 0) as subsidy_needed_cad,
    t.energy_kwh / e.horizon_year as energy_kwh_per_year,
    case when t.discounted_kwh > 0 then t.discounted_cost_cad / t.discounted_kwh end as cost_cad_per_kwh,
    t.energy_kwh * e.ghg_avoided_t_per_kwh / e.horizon_year as ghg_avoided_t_per_year,
    t.energy_kwh * e.ghg_avoided_t_per_kwh as ghg_avoided_t,
    case when t.energy_kwh * e.ghg_avoided_t_per_kwh > 0
        then greatest(-t.npv_cad, 0) / (t.energy_kwh * e.ghg_avoided_t_per_kwh)
    end as subsidy_cad_per_t,
    exists (select from model.session_scenario as s where s.scenario_id = r.scenario_id) as is_session_counted
from total as t
join report.published_run as r on r.run_id = t.run_id
join model.economy as e on e.scenario_id = r.scenario_id;

comment on view report.plan_economy is 'What a published plan is worth against today, its projects and grid upgrades together.';
comment on column report.plan_economy.run_id is 'The run.';
comment on column report.plan_economy.scenario_name is 'Name of the scenario.';
comment on column report.plan_economy.first_year is 'Year of the first phase, in whose money the net present value is.';
comment on column report.plan_economy.last_year is 'Last year that is counted.';
comment on column report.plan_economy.npv_cad is 'Net present value in the first year of the plan, over the years that the scenario counts.';
comment on column report.plan_economy.payback_year is 'Years from the first payment until the money is back and stays so, not discounted; null when it is not within these years.';
comment on column report.plan_economy.subsidy_needed_cad is 'What is missing for a net present value of zero, after grants; 0 where nothing is.';
comment on column report.plan_economy.energy_kwh_per_year is 'Energy that reaches vehicles in a mean year of operation, against today.';
comment on column report.plan_economy.cost_cad_per_kwh is 'All costs, discounted, over the energy, discounted; null without energy.';
comment on column report.plan_economy.ghg_avoided_t_per_year is 'Greenhouse gas avoided in a mean year of operation, tonnes of CO2 equivalent.';
comment on column report.plan_economy.ghg_avoided_t is 'And over all years.';
comment on column report.plan_economy.subsidy_cad_per_t is 'Subsidy needed for a tonne avoided; null where none is.';
comment on column report.plan_economy.is_session_counted is 'True where the energy is that of the sessions that the plan serves, false where it follows from the utilisation of the charger types.';
