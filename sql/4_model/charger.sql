-- needs: model.scenario, plan.scenario_level, plan.scenario_charger, plan.scenario_phase
-- grain: one row per (scenario_id, charger_type)

create view model.charger as

select
    s.scenario_id,
    c.charger_type,
    c.level,
    l.rank as level_rank,
    c.charger_type = l.usual_charger as is_usual,
    c.port_kw,
    c.equipment_cost_cad_per_port,
    c.installation_cost_cad_per_port,
    c.equipment_cost_cad_per_station,
    c.civil_works_cost_cad_per_station + c.make_ready_cost_cad_per_station as installation_cost_cad_per_station,
    c.dismantling_cost_cad_per_port,
    c.dismantling_cost_cad_per_station,
    c.opex_cad_per_port_year,
    c.session_min,
    c.kwh_per_session,
    c.utilisation_share,
    c.ports_min,
    c.ports_max,
    c.port_count_choices,
    l.wait_max_min,
    l.wait_probability_max,
    array(
        select p.phase from plan.scenario_phase as p
        where p.scenario_id = c.scenario_id and c.charger_type = any (p.chargers)
        order by p.phase
    ) as phases
from model.scenario as s
join plan.scenario_charger as c on c.scenario_id = s.scenario_id
join plan.scenario_level as l on l.scenario_id = c.scenario_id and l.level = c.level;

comment on view model.charger is 'Charger types with all that is known of them; the only place that their prices and power come from.';
comment on column model.charger.scenario_id is 'The scenario.';
comment on column model.charger.charger_type is 'The charger type.';
comment on column model.charger.level is 'Its level.';
comment on column model.charger.level_rank is 'Order of the levels; a higher one is faster.';
comment on column model.charger.is_usual is 'It stands for its level: ports of unknown power are taken to be of it, and sessions are counted as its own.';
comment on column model.charger.port_kw is 'Power of a port.';
comment on column model.charger.equipment_cost_cad_per_port is 'Equipment of a port.';
comment on column model.charger.installation_cost_cad_per_port is 'Installation of a port.';
comment on column model.charger.equipment_cost_cad_per_station is 'Equipment that its ports share at a site.';
comment on column model.charger.installation_cost_cad_per_station is 'Civil works and make-ready at a site.';
comment on column model.charger.dismantling_cost_cad_per_port is 'Taking a port down.';
comment on column model.charger.dismantling_cost_cad_per_station is 'Restoring a site that loses the last of them.';
comment on column model.charger.opex_cad_per_port_year is 'Running cost of a port and year.';
comment on column model.charger.session_min is 'Mean length of a session, minutes.';
comment on column model.charger.kwh_per_session is 'Energy of a mean session.';
comment on column model.charger.utilisation_share is 'Share of the time that a new port is busy.';
comment on column model.charger.ports_min is 'Fewest ports of a new station.';
comment on column model.charger.ports_max is 'Most new ports at a site.';
comment on column model.charger.port_count_choices is 'Numbers of new ports that options offer.';
comment on column model.charger.wait_max_min is 'A wait longer than this is too long, minutes: of its level.';
comment on column model.charger.wait_probability_max is 'Share of sessions that may wait too long: of its level.';
comment on column model.charger.phases is 'Phases that may add ports of it.';
