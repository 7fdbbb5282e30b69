-- needs: model.scenario, plan.scenario_economy, plan.scenario_electricity
-- grain: one row per (scenario_id)

create view model.economy as

select
    s.scenario_id,
    e.horizon_year,
    e.payment_fee_share,
    -- what is lost between meter and vehicle is bought as well
    l.energy_price_cad_per_kwh / (1 - l.charging_loss_share) as energy_cost_cad_per_kwh,
    l.demand_billed_kw_min,
    12 * l.distribution_charge_cad_per_kw_month as distribution_charge_cad_per_kw_year,
    12 * l.transmission_charge_cad_per_kw_month as transmission_charge_cad_per_kw_year,
    case when l.is_evc_rate_offered then l.evc_charge_share else 1 end as evc_charge_share,
    -- kWh x share that would have been petrol x (km per kWh x g per km - g per kWh at the meter), in tonnes
    e.additional_share * (e.km_per_kwh * e.fuel_g_per_km - e.grid_g_per_kwh / (1 - l.charging_loss_share)) / 1e6 as ghg_avoided_t_per_kwh
from model.scenario as s
join plan.scenario_economy as e on e.scenario_id = s.scenario_id
join plan.scenario_electricity as l on l.scenario_id = s.scenario_id;

comment on view model.economy is 'What energy and peaks cost and what a kWh avoids, in money of the year that prices are of; reports read it, no rule does.';
comment on column model.economy.scenario_id is 'The scenario.';
comment on column model.economy.horizon_year is 'Years that a project runs after the year in which it is built.';
comment on column model.economy.payment_fee_share is 'Share of what drivers pay that payment costs.';
comment on column model.economy.energy_cost_cad_per_kwh is 'Energy that is bought for a kWh that reaches a vehicle.';
comment on column model.economy.demand_billed_kw_min is 'Stations below this power do not pay by their peak.';
comment on column model.economy.distribution_charge_cad_per_kw_year is 'Charge of the distributor for a kW of the peak.';
comment on column model.economy.transmission_charge_cad_per_kw_year is 'Transmission charge for a kW of the peak, whether the running cost has it or not.';
comment on column model.economy.evc_charge_share is 'Share of the transmission charge that stations with the rate for charging pay; 1 where it is not offered.';
comment on column model.economy.ghg_avoided_t_per_kwh is 'Greenhouse gas avoided by a kWh that reaches a vehicle: of the share that would have been petrol, what petrol emits less what the grid does.';
