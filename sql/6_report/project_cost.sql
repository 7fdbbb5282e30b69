-- needs: report.project_port, model.electricity, model.is_evc_eligible
-- grain: one row per (run_id, site_id)

create view report.project_cost as

-- the ports before count against those afterwards
with side as (
    select
        p.run_id, p.site_id, k.sign, e.demand_billed_kw_min, e.distribution_charge_cad_per_kw_year,
        e.transmission_charge_cad_per_kw_year, e.evc_charge_share,
        sum(k.kw) as peak_kw,
        model.is_evc_eligible(
            sum(k.kw), coalesce(sum(k.kw) filter (where p.level = any (e.evc_levels)), 0), sum(k.kw * p.utilisation_share),
            e.evc_kw_min, e.evc_kw_max, e.evc_load_factor_max
        ) as is_evc_eligible
    from report.project_port as p
    join model.electricity as e on e.scenario_id = p.scenario_id
    cross join lateral (values (-1, p.kw_before), (1, p.kw_after)) as k (sign, kw)
    group by
        p.run_id, p.site_id, k.sign, e.demand_billed_kw_min, e.distribution_charge_cad_per_kw_year,
        e.transmission_charge_cad_per_kw_year, e.evc_charge_share, e.evc_kw_min, e.evc_kw_max, e.evc_load_factor_max
),

peak as (
    select
        run_id, site_id,
        sum(sign * case when peak_kw < demand_billed_kw_min then 0 else peak_kw * (
            -- the rate for charging takes off transmission alone
            distribution_charge_cad_per_kw_year + transmission_charge_cad_per_kw_year * case when is_evc_eligible then evc_charge_share else 1 end
        ) end) as demand_charge_cad_per_year
    from side
    group by run_id, site_id
),

port as (
    select
        run_id, site_id,
        sum(port_count_change * opex_cad_per_port_year) as upkeep_cad_per_year,
        sum(port_count_change * network_fee_cad_per_port_year) as network_fee_cad_per_year
    from report.project_port
    group by run_id, site_id
)

select p.run_id, p.site_id, p.upkeep_cad_per_year, p.network_fee_cad_per_year, k.demand_charge_cad_per_year
from port as p
join peak as k on k.run_id = p.run_id and k.site_id = p.site_id;

comment on view report.project_cost is 'What projects of published plans add to the cost of running a site, energy apart, in money of the year that prices are of.';
comment on column report.project_cost.run_id is 'The run.';
comment on column report.project_cost.site_id is 'The site.';
comment on column report.project_cost.upkeep_cad_per_year is 'Upkeep: new ports less those taken away, times what a port costs in a year.';
comment on column report.project_cost.network_fee_cad_per_year is 'Network fees, likewise.';
comment on column report.project_cost.demand_charge_cad_per_year is
    'Charges for the peak, transmission and distribution, of the ports afterwards less those before, all drawing at once.';
