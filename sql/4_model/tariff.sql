-- needs: model.scenario, model.usual_charger
-- grain: one row per (scenario_id)

create view model.tariff as

select
    s.scenario_id,
    s.resale_factor,
    l2.port_kw as l2_port_kw,
    l2.station_cost_cad as l2_station_cost_cad,
    l2.port_cost_cad as l2_port_cost_cad,
    l2.opex_cad_per_port_year as l2_opex_cad_per_port_year,
    l3.port_kw as l3_port_kw,
    l3.station_cost_cad as l3_station_cost_cad,
    l3.port_cost_cad as l3_port_cost_cad,
    l3.opex_cad_per_port_year as l3_opex_cad_per_port_year
from model.scenario as s
join model.usual_charger as l2 on l2.scenario_id = s.scenario_id and l2.level = 'L2'
join model.usual_charger as l3 on l3.scenario_id = s.scenario_id and l3.level = 'L3';

comment on view model.tariff is 'Prices and power of both levels side by side; the only place they come from.';
comment on column model.tariff.scenario_id is 'The scenario.';
comment on column model.tariff.resale_factor is 'Share of the price that removed equipment brings.';
comment on column model.tariff.l2_port_kw is 'Power of a Level 2 port, old or new.';
comment on column model.tariff.l2_station_cost_cad is 'Price of a Level 2 station before its ports.';
comment on column model.tariff.l2_port_cost_cad is 'Price of a Level 2 port.';
comment on column model.tariff.l2_opex_cad_per_port_year is 'Running cost of a Level 2 port and year.';
comment on column model.tariff.l3_port_kw is 'Power of a Level 3 port, old or new.';
comment on column model.tariff.l3_station_cost_cad is 'Price of a Level 3 station before its ports.';
comment on column model.tariff.l3_port_cost_cad is 'Price of a Level 3 port.';
comment on column model.tariff.l3_opex_cad_per_port_year is 'Running cost of a Level 3 port and year.';
