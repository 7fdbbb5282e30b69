-- needs: report.published_run, report.project_cost, report.project_energy, plan.decision, model.phase, model.economy, model.economy_year
-- grain: one row per (decision_id, year)

create view report.site_cash_flow as

-- What a project adds against today: money of the year itself. It is paid for in the year of its phase and runs in the
-- horizon_year years after; sessions are those of the last phase built before, and stay so after the last of all.
with year as (
    select
        d.decision_id, d.run_id, r.scenario_name, d.site_id, d.site_name, d.phase as project_phase, y.year, y.phase, e.payment_fee_share,
        case when y.year = p.year then d.capex_cad - d.grant_cad - d.resale_cad else 0 end as net_capex_cad,
        case when y.year > p.year then y.price_factor else 0 end as price_factor,
        case when y.year > p.year then y.energy_factor * e.energy_cost_cad_per_kwh else 0 end as energy_cost_cad_per_kwh,
        case when y.year > p.year then y.driver_price_factor else 0 end as driver_price_factor,
        y.discount_factor
    from report.published_run as r
    join plan.decision as d using (run_id)
    join model.phase as p on p.scenario_id = r.scenario_id and p.phase = d.phase
    join model.economy as e on e.scenario_id = r.scenario_id
    join model.economy_year as y on y.scenario_id = r.scenario_id and y.year between p.year and p.year + e.horizon_year
),

energy as (
    select run_id, site_id, phase, sum(kwh_per_year) as kwh_per_year, sum(revenue_cad_per_year) as revenue_cad_per_year
    from report.project_energy
    group by run_id, site_id, phase
),

flow as (
    select
        y.decision_id, y.run_id, y.scenario_name, y.site_id, y.site_name, y.project_phase, y.year, y.discount_factor, y.net_capex_cad,
        case when y.driver_price_factor = 0 then 0 else coalesce(e.kwh_per_year, 0) end as energy_kwh,
        y.driver_price_factor * coalesce(e.revenue_cad_per_year, 0) as revenue_cad,
        y.payment_fee_share * y.driver_price_factor * coalesce(e.revenue_cad_per_year, 0) as payment_fee_cad,
        y.energy_cost_cad_per_kwh * coalesce(e.kwh_per_year, 0) as energy_cad,
        y.price_factor * coalesce(c.demand_charge_cad_per_year, 0) as demand_charge_cad,
        y.price_factor * coalesce(c.upkeep_cad_per_year, 0) as upkeep_cad,
        y.price_factor * coalesce(c.network_fee_cad_per_year, 0) as network_fee_cad
    from year as y
    left join energy as e on e.run_id = y.run_id and e.site_id = y.site_id and e.phase = y.phase
    left join report.project_cost as c on c.run_id = y.run_id and c.site_id = y.site_id
)

select
    f.decision_id * 10000 + f.year as site_cash_flow_id,
    f.decision_id, f.run_id, f.scenario_name, f.site_id, f.site_name as name, f.project_phase as phase, f.year,
    f.net_capex_cad, f.energy_kwh, f.revenue_cad, f.energy_cad, f.demand_charge_cad, f.upkeep_cad, f.network_fee_cad, f.payment_fee_cad,
    k.cash_flow_cad, f.discount_factor,
    k.cash_flow_cad * f.discount_factor as discounted_cash_flow_cad,
    sum(k.cash_flow_cad) over (partition by f.run_id, f.decision_id order by f.year) as cumulative_cash_flow_cad
from flow as f
cross join lateral (
    select f.revenue_cad - f.energy_cad - f.demand_charge_cad - f.upkeep_cad - f.network_fee_cad - f.payment_fee_cad - f.net_capex_cad
        as cash_flow_cad
) as k;

comment on view report.site_cash_flow is 'What each project of a published plan costs and brings against today, year by year, in money of the year.';
comment on column report.site_cash_flow.site_cash_flow_id is 'Key for GIS clients: project and year.';
comment on column report.site_cash_flow.decision_id is 'The project, of report.decision.';
comment on column report.site_cash_flow.run_id is 'The run.';
comment on column report.site_cash_flow.scenario_name is 'Name of the scenario.';
comment on column report.site_cash_flow.site_id is 'The site.';
comment on column report.site_cash_flow.name is 'Name of the site at the time, untrusted text.';
comment on column report.site_cash_flow.phase is 'Phase of the project.';
comment on column report.site_cash_flow.year is 'Calendar year.';
comment on column report.site_cash_flow.net_capex_cad is 'Capital cost less grants and resale, in the year of the phase.';
comment on column report.site_cash_flow.energy_kwh is 'Energy that reaches vehicles.';
comment on column report.site_cash_flow.revenue_cad is 'What drivers pay.';
comment on column report.site_cash_flow.energy_cad is 'Energy bought, losses included.';
comment on column report.site_cash_flow.demand_charge_cad is 'Charges for the peak, transmission and distribution.';
comment on column report.site_cash_flow.upkeep_cad is 'Upkeep of the ports.';
comment on column report.site_cash_flow.network_fee_cad is 'Network fees.';
comment on column report.site_cash_flow.payment_fee_cad is 'What payment costs, a share of what drivers pay.';
comment on column report.site_cash_flow.cash_flow_cad is 'What drivers pay, less all costs of the year.';
comment on column report.site_cash_flow.discount_factor is 'What money of the year counts in the first year of the plan.';
comment on column report.site_cash_flow.discounted_cash_flow_cad is 'The one times the other.';
comment on column report.site_cash_flow.cumulative_cash_flow_cad is 'Sum of the cash flow up to this year, not discounted.';
