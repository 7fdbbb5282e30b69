-- needs: model.charger
-- grain: one row per (scenario_id, charger_type, port_count)

create view model.port_choice as

select distinct
    c.scenario_id,
    c.charger_type,
    n.port_count,
    c.level,
    c.level_rank,
    n.port_count >= c.ports_min as is_enough_for_station
from model.charger as c
cross join unnest(c.port_count_choices) as n (port_count)
where n.port_count <= c.ports_max;

comment on view model.port_choice is 'Numbers of ports of a charger type that may be added to a site.';
comment on column model.port_choice.scenario_id is 'The scenario.';
comment on column model.port_choice.charger_type is 'The charger type.';
comment on column model.port_choice.port_count is 'New ports.';
comment on column model.port_choice.level is 'Level of the charger type.';
comment on column model.port_choice.level_rank is 'Order of the levels.';
comment on column model.port_choice.is_enough_for_station is 'True when a new station may have so few.';
