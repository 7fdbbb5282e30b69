-- needs: model.scenario, model.site_state, model.layout
-- grain: one row per (scenario_id)

create view model.network as

select
    n.scenario_id,
    count(s.site_id) as station_count,
    coalesce(sum(l.new_cad order by s.site_id), 0) as network_cad,
    coalesce(max(l.new_cad), 0) as station_cad_max,
    coalesce(sum(l.opex_cad_per_year order by s.site_id), 0) as network_opex_cad_per_year
from model.scenario as n
left join model.site_state as s on s.scenario_id = n.scenario_id and s.port_count > 0 and s.is_counted
left join model.layout as l on l.scenario_id = s.scenario_id and l.layout = s.layout
group by n.scenario_id;

comment on view model.network is 'What stands before the plan at stations that count, and what it would cost new and costs to run: a measure for money where budgets are none.';
comment on column model.network.scenario_id is 'The scenario.';
comment on column model.network.station_count is 'Stations with ports of a known level.';
comment on column model.network.network_cad is 'Price of all of them, new, at the prices of the scenario, CAD.';
comment on column model.network.station_cad_max is 'Price of the dearest of them, new, CAD.';
comment on column model.network.network_opex_cad_per_year is 'Running cost of their ports, CAD per year, transmission charges apart.';
