-- needs: model.layout_step_port, model.charger
-- grain: one row per (scenario_id, layout_before, action, layout_after)

create table model.layout_work as

select
    p.scenario_id, p.layout_before, p.action, p.layout_after,
    sum(g.new_count * c.equipment_cost_cad_per_port + g.is_new * c.equipment_cost_cad_per_station order by p.charger_type) as equipment_cad,
    sum(g.new_count * c.installation_cost_cad_per_port + g.is_new * c.installation_cost_cad_per_station order by p.charger_type) as installation_cad,
    sum(g.gone_count * c.dismantling_cost_cad_per_port + g.is_gone * c.dismantling_cost_cad_per_station order by p.charger_type) as dismantling_cad,
    -- only what goes is sold, and only equipment: that of a station when none of its ports stays
    sum(g.gone_count * c.equipment_cost_cad_per_port + g.is_gone * c.equipment_cost_cad_per_station order by p.charger_type) as removed_equipment_cad,
    sum(p.port_count_before * c.port_kw order by p.charger_type) as kw_before,
    sum(p.port_count_after * c.port_kw order by p.charger_type) as kw_after,
    sum((p.port_count_after - p.port_count_before) * c.opex_cad_per_port_year order by p.charger_type) as opex_change_cad_per_year,
    sum((p.port_count_after - p.port_count_before) * c.port_kw order by p.charger_type) as added_kw,
    coalesce(
        array_agg(p.charger_type order by p.charger_type) filter (where p.port_count_after > p.port_count_before), '{}'
    ) as new_types
from model.layout_step_port as p
join model.charger as c on c.scenario_id = p.scenario_id and c.charger_type = p.charger_type
cross join lateral (
    select
        greatest(p.port_count_after - p.port_count_before, 0) as new_count,
        greatest(p.port_count_before - p.port_count_after, 0) as gone_count,
        (p.port_count_before = 0)::integer as is_new,
        (p.port_count_after = 0)::integer as is_gone
) as g
group by p.scenario_id, p.layout_before, p.action, p.layout_after;

comment on table model.layout_work is
    'What each step takes in equipment and works, at the prices that the scenario states, and what it connects; a step without ports is no row.';
comment on column model.layout_work.scenario_id is 'The scenario.';
comment on column model.layout_work.layout_before is 'Layout before.';
comment on column model.layout_work.action is 'keep, expand, upgrade, build or remove.';
comment on column model.layout_work.layout_after is 'Layout afterwards.';
comment on column model.layout_work.equipment_cad is 'New ports, and what ports of a new type share.';
comment on column model.layout_work.installation_cad is 'Installation of them, civil works and make-ready.';
comment on column model.layout_work.dismantling_cad is 'Taking down what goes.';
comment on column model.layout_work.removed_equipment_cad is 'Equipment that goes, at the price of new.';
comment on column model.layout_work.kw_before is 'Power of all ports before.';
comment on column model.layout_work.kw_after is 'Power of all ports afterwards.';
comment on column model.layout_work.opex_change_cad_per_year is 'Change of the running cost.';
comment on column model.layout_work.added_kw is 'Change of the connected power.';
comment on column model.layout_work.new_types is 'Charger types of which there are more ports afterwards, by name.';
