-- needs: plan.demand_service, plan.served_demand, plan.run, plan.scenario_level, plan.scenario_charger, model.scenario, model.adoption
-- grain: one row per (run_id, phase, level)

create view report.service_summary as

with asked as (
    select run_id, phase, level, sum(demand_per_h) as demand_per_h, sum(served_per_h) as served_per_h
    from plan.demand_service
    group by run_id, phase, level
),

offered as (
    select run_id, phase, level, count(*) as station_count, sum(capacity_per_h) as capacity_per_h
    from plan.served_demand
    group by run_id, phase, level
)

select
    row_number() over (order by a.run_id, a.phase, a.level) as service_summary_id,
    a.run_id,
    s.name as scenario_name,
    a.phase,
    v.year,
    v.ev_count,
    a.level,
    a.demand_per_h,
    a.served_per_h,
    case when a.demand_per_h > 0 then a.served_per_h / a.demand_per_h end as served_share,
    coalesce(o.station_count, 0) as station_count,
    coalesce(o.capacity_per_h, 0) as capacity_per_h,
    a.served_per_h * c.kwh_per_session as served_kwh_per_h
from asked as a
join plan.run as r on r.run_id = a.run_id
join model.scenario as s on s.scenario_id = r.scenario_id
join plan.scenario_level as l on l.scenario_id = r.scenario_id and l.level = a.level
join plan.scenario_charger as c on c.scenario_id = l.scenario_id and c.charger_type = l.usual_charger
join model.adoption as v on v.scenario_id = r.scenario_id and v.phase = a.phase
left join offered as o on o.run_id = a.run_id and o.phase = a.phase and o.level = a.level
where r.publication = 'published';

comment on view report.service_summary is 'Charging sessions of the busiest hour, asked for and served, by published run, phase and level.';
comment on column report.service_summary.service_summary_id is 'Key for GIS clients.';
comment on column report.service_summary.run_id is 'The run.';
comment on column report.service_summary.scenario_name is 'Name of the scenario.';
comment on column report.service_summary.phase is 'The phase, at its end.';
comment on column report.service_summary.year is 'Its calendar year.';
comment on column report.service_summary.ev_count is 'Electric vehicles of the region at the end of that year.';
comment on column report.service_summary.level is 'The level.';
comment on column report.service_summary.demand_per_h is 'Sessions per hour asked for.';
comment on column report.service_summary.served_per_h is 'Sessions per hour served.';
comment on column report.service_summary.served_share is 'The one over the other.';
comment on column report.service_summary.station_count is 'Stations with the level.';
comment on column report.service_summary.capacity_per_h is 'Sessions per hour that their ports serve while few wait long.';
comment on column report.service_summary.served_kwh_per_h is 'Energy served in that hour, kWh.';
