-- needs: model.scenario, plan.scenario_charger, plan.scenario_session
-- grain: one row per (scenario_id, charger_type)

create view model.charger_economy as

select
    s.scenario_id,
    c.charger_type,
    c.level,
    c.network_fee_cad_per_port_year,
    -- a kWh brings its price, and its part of what a session and its time bring
    c.price_cad_per_kwh + (c.price_cad_per_session + c.price_cad_per_hour * c.session_min / 60) / c.kwh_per_session as revenue_cad_per_kwh,
    -- 8760 hours of sessions one after the other
    8760 * 60 / c.session_min * c.kwh_per_session as busy_kwh_per_year,
    -- the busiest hour has this share of the energy of a day
    365 / nullif(k.peak_hour_share, 0) as peak_hours_per_year
from model.scenario as s
join plan.scenario_charger as c on c.scenario_id = s.scenario_id
join plan.scenario_session as k on k.scenario_id = s.scenario_id;

comment on view model.charger_economy is 'What ports of a charger type bring and what their network costs, in money of the year that prices are of.';
comment on column model.charger_economy.scenario_id is 'The scenario.';
comment on column model.charger_economy.charger_type is 'The charger type.';
comment on column model.charger_economy.level is 'Its level.';
comment on column model.charger_economy.network_fee_cad_per_port_year is 'Network fee of a port and year.';
comment on column model.charger_economy.revenue_cad_per_kwh is 'What drivers pay for a kWh in a mean session, all prices together.';
comment on column model.charger_economy.busy_kwh_per_year is 'Energy of a port that is always busy with mean sessions.';
comment on column model.charger_economy.peak_hours_per_year is 'Energy of a year over that of the busiest hour of a day; null where the busiest hour has none.';
