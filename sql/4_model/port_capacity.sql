-- needs: model.usual_charger, model.site_state, model.port_capacity_per_h
-- grain: one row per (scenario_id, level, port_count)

create view model.port_capacity as

with most as (
    select scenario_id, max(l2_port_count) as l2_port_count, max(l3_port_count) as l3_port_count
    from model.site_state
    group by scenario_id
)

select
    l.scenario_id,
    l.level,
    c.port_count,
    model.port_capacity_per_h(c.port_count, l.session_min, l.wait_max_min, l.wait_probability_max) as capacity_per_h
from model.usual_charger as l
join most as m on m.scenario_id = l.scenario_id
cross join lateral generate_series(
    0, l.ports_max + case l.level when 'L2' then m.l2_port_count else m.l3_port_count end
) as c (port_count);

comment on view model.port_capacity is 'Sessions per hour that a number of ports serves within the accepted wait, for every number that may stand at a site.';
comment on column model.port_capacity.scenario_id is 'The scenario.';
comment on column model.port_capacity.level is 'L2 or L3.';
comment on column model.port_capacity.port_count is 'Ports, old and new.';
comment on column model.port_capacity.capacity_per_h is 'Greatest arrival rate, sessions per hour.';
