-- needs: model.scenario, model.site_state, model.tariff
-- grain: one row per (scenario_id)

create view model.network as

with station as (
    select
        s.scenario_id,
        case when s.l2_port_count > 0 then t.l2_station_cost_cad else 0 end + s.l2_port_count * t.l2_port_cost_cad
            + case when s.l3_port_count > 0 then t.l3_station_cost_cad else 0 end + s.l3_port_count * t.l3_port_cost_cad as station_cad,
        s.l2_port_count * t.l2_opex_cad_per_port_year + s.l3_port_count * t.l3_opex_cad_per_port_year as opex_cad_per_year
    from model.site_state as s
    join model.tariff as t on t.scenario_id = s.scenario_id
    where s.l2_port_count + s.l3_port_count > 0
)

select
    n.scenario_id,
    count(s.scenario_id) as station_count,
    coalesce(sum(s.station_cad), 0) as network_cad,
    coalesce(max(s.station_cad), 0) as station_cad_max,
    coalesce(sum(s.opex_cad_per_year), 0) as network_opex_cad_per_year
from model.scenario as n
left join station as s on s.scenario_id = n.scenario_id
group by n.scenario_id;

comment on view model.network is 'What stands before the plan, and what it would cost new and costs to run: a measure for money where budgets are none.';
comment on column model.network.scenario_id is 'The scenario.';
comment on column model.network.station_count is 'Stations with ports of a known level.';
comment on column model.network.network_cad is 'Price of all of them, new, at the prices of the scenario, CAD.';
comment on column model.network.station_cad_max is 'Price of the dearest of them, new, CAD.';
comment on column model.network.network_opex_cad_per_year is 'Running cost of their ports, CAD per year, transmission charges apart.';
