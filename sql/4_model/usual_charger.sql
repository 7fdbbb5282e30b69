-- needs: model.scenario, plan.scenario_level, plan.scenario_charger
-- grain: one row per (scenario_id, level)

create view model.usual_charger as

select
    s.scenario_id,
    l.level,
    c.charger_type,
    c.port_kw,
    c.station_cost_cad,
    c.port_cost_cad,
    c.opex_cad_per_port_year,
    c.session_min,
    c.kwh_per_session,
    c.utilisation_share,
    c.ports_min,
    c.ports_max,
    c.port_count_choices,
    l.wait_max_min,
    l.wait_probability_max
from model.scenario as s
join plan.scenario_level as l on l.scenario_id = s.scenario_id
join plan.scenario_charger as c on c.scenario_id = l.scenario_id and c.charger_type = l.usual_charger;

comment on view model.usual_charger is 'The charger type that stands for each level: ports of unknown power, and sessions counted by level, are taken to be of it.';
comment on column model.usual_charger.scenario_id is 'The scenario.';
comment on column model.usual_charger.level is 'The level.';
comment on column model.usual_charger.charger_type is 'The charger type.';
comment on column model.usual_charger.port_kw is 'Power of a port.';
comment on column model.usual_charger.station_cost_cad is 'Price of a station before its ports.';
comment on column model.usual_charger.port_cost_cad is 'Price of a port.';
comment on column model.usual_charger.opex_cad_per_port_year is 'Running cost of a port and year.';
comment on column model.usual_charger.session_min is 'Mean length of a session, minutes.';
comment on column model.usual_charger.kwh_per_session is 'Energy of a mean session.';
comment on column model.usual_charger.utilisation_share is 'Share of the time that a new port is busy.';
comment on column model.usual_charger.ports_min is 'Fewest ports of a new station.';
comment on column model.usual_charger.ports_max is 'Most new ports at a site.';
comment on column model.usual_charger.port_count_choices is 'Numbers of new ports that options offer.';
comment on column model.usual_charger.wait_max_min is 'A wait longer than this is too long, minutes.';
comment on column model.usual_charger.wait_probability_max is 'Share of sessions that may wait too long.';
