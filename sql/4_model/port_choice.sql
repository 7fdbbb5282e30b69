-- needs: model.scenario, model.usual_charger
-- grain: one row per (scenario_id, level, port_count)

create view model.port_choice as

select distinct
    l.scenario_id,
    l.level,
    c.port_count,
    c.port_count >= l.ports_min as is_enough_for_station
from model.scenario as s
join model.usual_charger as l on l.scenario_id = s.scenario_id
cross join unnest(l.port_count_choices) as c (port_count)
where c.port_count <= l.ports_max;

comment on view model.port_choice is 'Numbers of new ports that options offer.';
comment on column model.port_choice.scenario_id is 'The scenario.';
comment on column model.port_choice.level is 'L2 or L3.';
comment on column model.port_choice.port_count is 'New ports.';
comment on column model.port_choice.is_enough_for_station is 'True when a new station may be that small; an existing one may grow by fewer.';
