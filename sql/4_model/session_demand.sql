-- needs: model.cell_charging, model.cell_growth, model.adoption, model.charger, plan.scenario_level
-- grain: one row per (scenario_id, phase, level, demand_id)

create view model.session_demand as

select
    c.scenario_id,
    a.phase,
    l.level,
    c.cell_id as demand_id,
    -- those who come from elsewhere grow as the region does
    (c.home_kw * g.growth_factor + c.destination_kw * a.growth_factor) * l.energy_share / u.kwh_per_session as sessions_per_h
from model.cell_charging as c
join model.adoption as a on a.scenario_id = c.scenario_id
join model.cell_growth as g on g.scenario_id = a.scenario_id and g.phase = a.phase and g.cell_id = c.cell_id
join plan.scenario_level as l on l.scenario_id = c.scenario_id
join model.charger as u on u.scenario_id = l.scenario_id and u.level = l.level and u.is_usual;

comment on view model.session_demand is 'Charging sessions in public that each cell asks for in the busiest hour of a day.';
comment on column model.session_demand.scenario_id is 'The scenario.';
comment on column model.session_demand.phase is 'The phase, at its end.';
comment on column model.session_demand.level is 'The level.';
comment on column model.session_demand.demand_id is 'The cell: core.demand_cell.';
comment on column model.session_demand.sessions_per_h is 'Sessions that begin in that hour, as long as those of the usual charger of the level.';
