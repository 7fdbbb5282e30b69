-- needs: model.layout_port, model.charger, model.port_capacity
-- grain: one row per (scenario_id, layout, level)

create table model.layout_level as

select
    p.scenario_id,
    p.layout,
    p.level,
    sum(p.port_count)::integer as port_count,
    sum(p.port_count * c.port_kw order by p.charger_type) as kw,
    -- whole millionths, so that sessions can be counted in whole numbers
    round(sum(k.capacity_per_h order by p.charger_type) * 1e6) / 1e6 as capacity_per_h
from model.layout_port as p
join model.charger as c on c.scenario_id = p.scenario_id and c.charger_type = p.charger_type
left join model.port_capacity as k
    on k.scenario_id = p.scenario_id and k.charger_type = p.charger_type and k.port_count = p.port_count
group by p.scenario_id, p.layout, p.level;

comment on table model.layout_level is 'Levels of each layout that stands or may come.';
comment on column model.layout_level.scenario_id is 'The scenario.';
comment on column model.layout_level.layout is 'The layout.';
comment on column model.layout_level.level is 'The level.';
comment on column model.layout_level.port_count is 'Its ports.';
comment on column model.layout_level.kw is 'Their power.';
comment on column model.layout_level.capacity_per_h is
    'Sessions of the usual charger per hour that they serve within the accepted wait, each type for itself; null where no sessions are counted.';
