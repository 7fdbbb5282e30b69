-- needs: report.published_run, report.site_cash_flow, plan.grid_upgrade, model.phase, model.economy_year
-- grain: one row per (run_id, year)

create view report.plan_cash_flow as

with site as (
    select
        run_id, year,
        sum(net_capex_cad) as net_capex_cad,
        sum(energy_kwh) as energy_kwh,
        sum(revenue_cad) as revenue_cad,
        sum(energy_cad) as energy_cad,
        sum(demand_charge_cad) as demand_charge_cad,
        sum(upkeep_cad) as upkeep_cad,
        sum(network_fee_cad) as network_fee_cad,
        sum(payment_fee_cad) as payment_fee_cad,
        sum(cash_flow_cad) as cash_flow_cad
    from report.site_cash_flow
    group by run_id, year
),

upgrade as (
    select r.run_id, p.year, sum(g.cost_cad) as grid_upgrade_cad
    from report.published_run as r
    join plan.grid_upgrade as g using (run_id)
    join model.phase as p on p.scenario_id = r.scenario_id and p.phase = g.phase
    group by r.run_id, p.year
),

flow as (
    select
        r.run_id, r.scenario_name, y.year, y.discount_factor,
        coalesce(s.net_capex_cad, 0) as net_capex_cad,
        coalesce(g.grid_upgrade_cad, 0) as grid_upgrade_cad,
        coalesce(s.energy_kwh, 0) as energy_kwh,
        coalesce(s.revenue_cad, 0) as revenue_cad,
        coalesce(s.energy_cad, 0) as energy_cad,
        coalesce(s.demand_charge_cad, 0) as demand_charge_cad,
        coalesce(s.upkeep_cad, 0) as upkeep_cad,
        coalesce(s.network_fee_cad, 0) as network_fee_cad,
        coalesce(s.payment_fee_cad, 0) as payment_fee_cad,
        coalesce(s.cash_flow_cad, 0) - coalesce(g.grid_upgrade_cad, 0) as cash_flow_cad
    from report.published_run as r
    join model.economy_year as y on y.scenario_id = r.scenario_id
    left join site as s on s.run_id = r.run_id and s.year = y.year
    left join upgrade as g on g.run_id = r.run_id and g.year = y.year
)

select
    run_id * 10000 + year as plan_cash_flow_id,
    run_id, scenario_name, year, net_capex_cad, grid_upgrade_cad, energy_kwh, revenue_cad, energy_cad, demand_charge_cad, upkeep_cad,
    network_fee_cad, payment_fee_cad, cash_flow_cad, discount_factor,
    cash_flow_cad * discount_factor as discounted_cash_flow_cad,
    sum(cash_flow_cad) over (partition by run_id order by year) as cumulative_cash_flow_cad
from flow;

comment on view report.plan_cash_flow is 'What a published plan costs and brings against today, year by year, in money of the year: its projects and grid upgrades.';
comment on column report.plan_cash_flow.plan_cash_flow_id is 'Key for GIS clients: run and year.';
comment on column report.plan_cash_flow.run_id is 'The run.';
comment on column report.plan_cash_flow.scenario_name is 'Name of the scenario.';
comment on column report.plan_cash_flow.year is 'Calendar year.';
comment on column report.plan_cash_flow.net_capex_cad is 'Capital cost of its projects less grants and resale.';
comment on column report.plan_cash_flow.grid_upgrade_cad is 'Grid upgrades.';
comment on column report.plan_cash_flow.energy_kwh is 'Energy that reaches vehicles.';
comment on column report.plan_cash_flow.revenue_cad is 'What drivers pay.';
comment on column report.plan_cash_flow.energy_cad is 'Energy bought, losses included.';
comment on column report.plan_cash_flow.demand_charge_cad is 'Charges for the peak, transmission and distribution.';
comment on column report.plan_cash_flow.upkeep_cad is 'Upkeep of the ports.';
comment on column report.plan_cash_flow.network_fee_cad is 'Network fees.';
comment on column report.plan_cash_flow.payment_fee_cad is 'What payment costs.';
comment on column report.plan_cash_flow.cash_flow_cad is 'What drivers pay, less all costs of the year.';
comment on column report.plan_cash_flow.discount_factor is 'What money of the year counts in the first year of the plan.';
comment on column report.plan_cash_flow.discounted_cash_flow_cad is 'The one times the other.';
comment on column report.plan_cash_flow.cumulative_cash_flow_cad is 'Sum of the cash flow up to this year, not discounted.';
