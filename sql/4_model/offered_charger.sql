-- needs: model.scenario, model.ancestor, plan.run, plan.scenario_phase, plan.scenario_charger
-- grain: one row per (scenario_id, level, port_kw)

create view model.offered_charger as

select distinct o.scenario_id, c.level, c.port_kw
from (
    select s.scenario_id, s.scenario_id as offering_id from model.scenario as s
    union all
    select a.scenario_id, r.scenario_id
    from model.ancestor as a
    join plan.run as r on r.run_id = a.run_id
) as o
join plan.scenario_phase as p on p.scenario_id = o.offering_id
join plan.scenario_charger as c on c.scenario_id = p.scenario_id and c.charger_type = any (p.chargers);

comment on view model.offered_charger is 'Levels and powers of the chargers on offer, in the plans that a scenario continues too.';
comment on column model.offered_charger.scenario_id is 'The scenario.';
comment on column model.offered_charger.level is 'Level of the charger.';
comment on column model.offered_charger.port_kw is 'Power of a port.';
