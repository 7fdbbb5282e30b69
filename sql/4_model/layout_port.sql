-- needs: model.layout_step, model.layout_part, model.charger
-- grain: one row per (scenario_id, layout, charger_type)

create table model.layout_port as

select l.scenario_id, l.layout, p.charger_type, c.level, c.level_rank, p.port_count
from (
    select scenario_id, layout_before as layout from model.layout_step
    union
    select scenario_id, layout_after from model.layout_step
) as l
cross join lateral model.layout_part(l.layout) as p
join model.charger as c on c.scenario_id = l.scenario_id and c.charger_type = p.charger_type;

comment on table model.layout_port is 'Ports of each layout that stands or may come, by charger type.';
comment on column model.layout_port.scenario_id is 'The scenario.';
comment on column model.layout_port.layout is 'The layout.';
comment on column model.layout_port.charger_type is 'The charger type.';
comment on column model.layout_port.level is 'Its level.';
comment on column model.layout_port.level_rank is 'Order of the levels.';
comment on column model.layout_port.port_count is 'Its ports.';
