-- needs: model.layout_step, model.layout_part, model.charger
-- grain: one row per (scenario_id, layout_before, action, layout_after, charger_type)

create table model.layout_step_port as

select
    s.scenario_id, s.layout_before, s.action, s.layout_after, c.charger_type, c.level,
    coalesce(b.port_count, 0) as port_count_before,
    coalesce(a.port_count, 0) as port_count_after
from model.layout_step as s
cross join lateral (
    select p.charger_type from model.layout_part(s.layout_before) as p
    union
    select p.charger_type from model.layout_part(s.layout_after) as p
) as t
join model.charger as c on c.scenario_id = s.scenario_id and c.charger_type = t.charger_type
left join lateral model.layout_part(s.layout_before) as b on b.charger_type = t.charger_type
left join lateral model.layout_part(s.layout_after) as a on a.charger_type = t.charger_type;

comment on table model.layout_step_port is 'Ports that come and go with each step, by charger type.';
comment on column model.layout_step_port.scenario_id is 'The scenario.';
comment on column model.layout_step_port.layout_before is 'Layout before.';
comment on column model.layout_step_port.action is 'keep, expand, upgrade, build or remove.';
comment on column model.layout_step_port.layout_after is 'Layout afterwards.';
comment on column model.layout_step_port.charger_type is 'A charger type that the site has at either time.';
comment on column model.layout_step_port.level is 'Its level.';
comment on column model.layout_step_port.port_count_before is 'Its ports before.';
comment on column model.layout_step_port.port_count_after is 'Its ports afterwards.';
