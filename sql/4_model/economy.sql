-- needs: model.scenario, plan.scenario_economy, plan.scenario_electricity
-- grain: one row per (scenario_id)

create view model.economy as

select
    s.scenario_id,
    e.horizon_year,
    e.payment_fee_share,
    -- what is lost between meter and vehicle is bought as well
    l.energy_price_cad_per_kwh / (1 - l.charging_loss_share) as energy_cost_cad_per_kwh,
    -- kWh x share that would have been petrol x (km per kWh x g per km - g per kWh at the meter), in tonnes
    e.additional_share * (e.km_per_kwh * e.fuel_g_per_km - e.grid_g_per_kwh / (1 - l.charging_loss_share)) / 1e6 as ghg_avoided_t_per_kwh
from model.scenario as s
join plan.scenario_economy as e on e.scenario_id = s.scenario_id
join plan.scenario_electricity as l on l.scenario_id = s.scenario_id;

comment on view model.economy is 'What energy costs and what a kWh avoids, in money of the year that prices are of; reports read it, no rule does. What peaks cost: model.electricity.';
comment on column model.economy.scenario_id is 'The scenario.';
comment on column model.economy.horizon_year is 'Years that a project runs after the year in which it is built.';
comment on column model.economy.payment_fee_share is 'Share of what drivers pay that payment costs.';
comment on column model.economy.energy_cost_cad_per_kwh is 'Energy that is bought for a kWh that reaches a vehicle.';
comment on column model.economy.ghg_avoided_t_per_kwh is 'Greenhouse gas avoided by a kWh that reaches a vehicle: of the share that would have been petrol, what petrol emits less what the grid does.';
