-- needs: model.port_choice, model.scenario
-- grain: one row per (scenario_id, level, port_count)

create view model.station_size as

select scenario_id, level, port_count
from model.port_choice
where is_enough_for_station

union all

select s.scenario_id, l.level, 0
from model.scenario as s
cross join (values ('L2'), ('L3')) as l (level);

comment on view model.station_size is 'Ports of a level that a new station may have; 0 where it does without the level.';
comment on column model.station_size.scenario_id is 'The scenario.';
comment on column model.station_size.level is 'L2 or L3.';
comment on column model.station_size.port_count is 'Ports of that level.';
