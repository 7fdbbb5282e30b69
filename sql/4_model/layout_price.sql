-- needs: model.layout_step_port, model.charger, model.scenario
-- grain: one row per (scenario_id, layout_before, action, layout_after)

create view model.layout_price as

select
    p.scenario_id, p.layout_before, p.action, p.layout_after,
    sum(
        greatest(p.port_count_after - p.port_count_before, 0) * c.port_cost_cad
        + case when p.port_count_before = 0 then c.station_cost_cad else 0 end
    ) as capex_cad,
    -- only what goes is sold: the price of a station comes back when none of its ports stays
    s.resale_factor * sum(
        greatest(p.port_count_before - p.port_count_after, 0) * c.port_cost_cad
        + case when p.port_count_after = 0 then c.station_cost_cad else 0 end
    ) as resale_cad,
    sum((p.port_count_after - p.port_count_before) * c.opex_cad_per_port_year) as opex_change_cad_per_year,
    sum((p.port_count_after - p.port_count_before) * c.port_kw) as added_kw,
    coalesce(
        array_agg(p.charger_type order by p.charger_type) filter (where p.port_count_after > p.port_count_before), '{}'
    ) as new_types
from model.layout_step_port as p
join model.charger as c on c.scenario_id = p.scenario_id and c.charger_type = p.charger_type
join model.scenario as s on s.scenario_id = p.scenario_id
group by p.scenario_id, p.layout_before, p.action, p.layout_after, s.resale_factor;

comment on view model.layout_price is 'What each step costs, brings back and connects, from the ports that come and go alone; a step without ports is no row.';
comment on column model.layout_price.scenario_id is 'The scenario.';
comment on column model.layout_price.layout_before is 'Layout before.';
comment on column model.layout_price.action is 'keep, expand, upgrade, build or remove.';
comment on column model.layout_price.layout_after is 'Layout afterwards.';
comment on column model.layout_price.capex_cad is 'Capital cost, gross.';
comment on column model.layout_price.resale_cad is 'What removed equipment brings.';
comment on column model.layout_price.opex_change_cad_per_year is 'Change of the running cost, transmission charges apart.';
comment on column model.layout_price.added_kw is 'Change of the connected power.';
comment on column model.layout_price.new_types is 'Charger types of which there are more ports afterwards.';
