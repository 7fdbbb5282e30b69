-- needs: model.scenario, plan.scenario_electricity
-- grain: one row per (scenario_id)

create view model.electricity as

select
    s.scenario_id,
    12 * e.transmission_charge_cad_per_kw_month as transmission_charge_cad_per_kw_year,
    case when e.is_transmission_charged then 12 * e.transmission_charge_cad_per_kw_month else 0 end
        as counted_transmission_charge_cad_per_kw_year,
    12 * e.distribution_charge_cad_per_kw_month as distribution_charge_cad_per_kw_year,
    e.demand_billed_kw_min,
    case when e.is_evc_rate_offered then e.evc_charge_share else 1 end as evc_charge_share,
    e.evc_kw_min,
    e.evc_kw_max,
    e.evc_levels,
    e.evc_load_factor_max
from model.scenario as s
join plan.scenario_electricity as e on e.scenario_id = s.scenario_id;

comment on view model.electricity is 'What a station pays for its peak, and what the rate for charging asks for.';
comment on column model.electricity.scenario_id is 'The scenario.';
comment on column model.electricity.transmission_charge_cad_per_kw_year is 'Transmission charge for a kW of the peak.';
comment on column model.electricity.counted_transmission_charge_cad_per_kw_year is 'What the running cost of the plan counts of it: 0 where it leaves it out.';
comment on column model.electricity.distribution_charge_cad_per_kw_year is 'Charge of the distributor for a kW of the peak.';
comment on column model.electricity.demand_billed_kw_min is 'Stations below this power do not pay by their peak.';
comment on column model.electricity.evc_charge_share is 'Share of the transmission charge that eligible stations pay; 1 where the rate is not offered.';
comment on column model.electricity.evc_kw_min is 'The rate asks for at least this power.';
comment on column model.electricity.evc_kw_max is 'And at most this.';
comment on column model.electricity.evc_levels is 'And that ports of these levels make at least half of the power.';
comment on column model.electricity.evc_load_factor_max is 'And for a load factor of at most this.';
