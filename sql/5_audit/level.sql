-- needs: plan.scenario_level, plan.scenario_charger
-- grain: one row per (scenario_id, level)

create view audit.level as

select
    l.scenario_id, l.level, l.service_distance_m, l.wait_max_min, l.wait_probability_max, l.zone_edge_m,
    c.port_kw, c.station_cost_cad, c.port_cost_cad, c.opex_cad_per_port_year, c.session_min, c.kwh_per_session, c.utilisation_share
from plan.scenario_level as l
join plan.scenario_charger as c on c.scenario_id = l.scenario_id and c.charger_type = l.usual_charger;

comment on view audit.level is 'Levels of scenarios, with what their usual chargers draw and cost.';
comment on column audit.level.scenario_id is 'The scenario.';
comment on column audit.level.level is 'The level.';
comment on column audit.level.service_distance_m is 'How far a station with the level serves.';
comment on column audit.level.wait_max_min is 'A wait longer than this is too long, minutes.';
comment on column audit.level.wait_probability_max is 'Share of sessions that may wait too long.';
comment on column audit.level.zone_edge_m is 'Edge of the hexagons whose drivers are counted together.';
comment on column audit.level.port_kw is 'Power of a port.';
comment on column audit.level.station_cost_cad is 'Price of a station before its ports.';
comment on column audit.level.port_cost_cad is 'Price of a port.';
comment on column audit.level.opex_cad_per_port_year is 'Running cost of a port and year.';
comment on column audit.level.session_min is 'Mean length of a session, minutes.';
comment on column audit.level.kwh_per_session is 'Energy of a mean session.';
comment on column audit.level.utilisation_share is 'Share of the time that a new port is busy.';
