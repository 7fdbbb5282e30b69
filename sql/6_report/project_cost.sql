-- needs: report.project_port, report.plan_layout, model.economy, model.layout
-- grain: one row per (run_id, site_id)

create view report.project_cost as

with port as (
    select
        run_id, scenario_id, site_id,
        sum(port_count_change * opex_cad_per_port_year) as upkeep_cad_per_year,
        sum(port_count_change * network_fee_cad_per_port_year) as network_fee_cad_per_year
    from report.project_port
    group by run_id, scenario_id, site_id
)

select
    p.run_id,
    p.site_id,
    p.upkeep_cad_per_year,
    p.network_fee_cad_per_year,
    sum(k.sign * case when l.peak_kw < e.demand_billed_kw_min then 0 else l.peak_kw * (
        -- the rate for charging takes off transmission alone
        e.distribution_charge_cad_per_kw_year
        + e.transmission_charge_cad_per_kw_year * case when l.is_evc_eligible then e.evc_charge_share else 1 end
    ) end) as demand_charge_cad_per_year
from port as p
join model.economy as e on e.scenario_id = p.scenario_id
join report.plan_layout as y on y.run_id = p.run_id and y.site_id = p.site_id
cross join lateral (values (-1, y.ports_before), (1, y.ports_after)) as k (sign, layout)
join model.layout as l on l.scenario_id = p.scenario_id and l.layout = k.layout
group by p.run_id, p.site_id, p.upkeep_cad_per_year, p.network_fee_cad_per_year;

comment on view report.project_cost is 'What projects of published plans add to the cost of running a site, energy apart, in money of the year that prices are of.';
comment on column report.project_cost.run_id is 'The run.';
comment on column report.project_cost.site_id is 'The site.';
comment on column report.project_cost.upkeep_cad_per_year is 'Upkeep: new ports less those taken away, times what a port costs in a year.';
comment on column report.project_cost.network_fee_cad_per_year is 'Network fees, likewise.';
comment on column report.project_cost.demand_charge_cad_per_year is
    'Charges for the peak, transmission and distribution, of the ports afterwards less those before, all drawing at once.';
