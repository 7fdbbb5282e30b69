-- needs: plan.scenario_level, plan.scenario_charger
-- grain: one row per (scenario_id, level)

create view audit.level as

select
    l.scenario_id, l.level, l.service_distance_m, l.wait_max_min, l.wait_probability_max, l.zone_edge_m, l.energy_share,
    c.kwh_per_session
from plan.scenario_level as l
join plan.scenario_charger as c on c.scenario_id = l.scenario_id and c.charger_type = l.usual_charger;

comment on view audit.level is 'Levels of scenarios, with the energy of a session at their usual chargers, in whose sessions a level is counted.';
comment on column audit.level.scenario_id is 'The scenario.';
comment on column audit.level.level is 'The level.';
comment on column audit.level.service_distance_m is 'How far a station with the level serves.';
comment on column audit.level.wait_max_min is 'A wait longer than this is too long, minutes.';
comment on column audit.level.wait_probability_max is 'Share of sessions that may wait too long.';
comment on column audit.level.zone_edge_m is 'Edge of the hexagons whose drivers are counted together.';
comment on column audit.level.energy_share is 'Its share of the energy charged in public.';
comment on column audit.level.kwh_per_session is 'Energy of a mean session at its usual charger.';
