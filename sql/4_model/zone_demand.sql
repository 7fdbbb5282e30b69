-- needs: model.zone_member, model.session_demand
-- grain: one row per (scenario_id, level, zone_id, phase)

create view model.zone_demand as

-- whole millionths, so that what can be served of it can be counted in whole numbers
select m.scenario_id, m.level, m.zone_id, d.phase, floor(sum(d.sessions_per_h order by d.demand_id) * 1e6) / 1e6 as sessions_per_h
from model.zone_member as m
join model.session_demand as d on d.scenario_id = m.scenario_id and d.level = m.level and d.demand_id = m.demand_id
group by m.scenario_id, m.level, m.zone_id, d.phase;

comment on view model.zone_demand is 'Charging sessions in public that each zone asks for in the busiest hour of a day.';
comment on column model.zone_demand.scenario_id is 'The scenario.';
comment on column model.zone_demand.level is 'The level.';
comment on column model.zone_demand.zone_id is 'The zone: model.zone_member.';
comment on column model.zone_demand.phase is 'The phase, at its end.';
comment on column model.zone_demand.sessions_per_h is 'Sessions that begin in that hour, rounded down to whole millionths.';
