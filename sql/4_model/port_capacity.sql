-- needs: model.port_choice, plan.scenario_level, model.port_capacity_per_h
-- grain: one row per (scenario_id, level, port_count)

create view model.port_capacity as

select
    c.scenario_id,
    c.level,
    c.port_count,
    model.port_capacity_per_h(c.port_count, l.session_min, l.wait_max_min, l.wait_probability_max) as capacity_per_h
from model.port_choice as c
join plan.scenario_level as l on l.scenario_id = c.scenario_id and l.level = c.level;

comment on view model.port_capacity is 'Sessions per hour that a number of new ports serves within the accepted wait.';
comment on column model.port_capacity.scenario_id is 'The scenario.';
comment on column model.port_capacity.level is 'L2 or L3.';
comment on column model.port_capacity.port_count is 'New ports.';
comment on column model.port_capacity.capacity_per_h is 'Greatest arrival rate, sessions per hour.';
