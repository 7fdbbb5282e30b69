-- needs: model.session_scenario, model.layout_port, model.charger, model.port_capacity_per_h
-- grain: one row per (scenario_id, charger_type, port_count)

create view model.port_capacity as

select
    n.scenario_id,
    n.charger_type,
    n.port_count,
    model.port_capacity_per_h(n.port_count, c.session_min, c.wait_max_min, c.wait_probability_max)
        * c.kwh_per_session / u.kwh_per_session as capacity_per_h
from (
    select distinct p.scenario_id, p.charger_type, p.port_count
    from model.session_scenario as s
    join model.layout_port as p on p.scenario_id = s.scenario_id
) as n
join model.charger as c on c.scenario_id = n.scenario_id and c.charger_type = n.charger_type
join model.charger as u on u.scenario_id = c.scenario_id and u.level = c.level and u.is_usual;

comment on view model.port_capacity is 'Sessions per hour that ports of a charger type can serve, where sessions are counted.';
comment on column model.port_capacity.scenario_id is 'The scenario.';
comment on column model.port_capacity.charger_type is 'The charger type.';
comment on column model.port_capacity.port_count is 'Its ports.';
comment on column model.port_capacity.capacity_per_h is
    'Sessions per hour within the accepted wait, in sessions of the usual charger of the level: as many kWh.';
