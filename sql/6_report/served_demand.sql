-- needs: report.run_level, plan.served_demand, plan.run, plan.scenario_level, plan.scenario_charger, model.scenario, core.site
-- grain: one row per (run_id, phase, level, site_id)

create view report.served_demand as

select
    -- the same in every query, whatever is filtered
    d.run_id * 1000000000000 + d.phase * 10000000000 + k.place * 100000000 + d.site_id as served_demand_id,
    d.run_id,
    s.name as scenario_name,
    d.phase,
    d.level,
    d.site_id,
    t.name,
    d.capacity_per_h,
    d.sessions_per_h,
    case when d.capacity_per_h > 0 then d.sessions_per_h / d.capacity_per_h end as used_share,
    d.sessions_per_h * c.kwh_per_session as served_kwh_per_h,
    t.geom::geometry(Point, :metric_srid) as geom
from plan.served_demand as d
join plan.run as r on r.run_id = d.run_id
join model.scenario as s on s.scenario_id = r.scenario_id
join report.run_level as k on k.run_id = d.run_id and k.level = d.level
join plan.scenario_level as l on l.scenario_id = r.scenario_id and l.level = d.level
join plan.scenario_charger as c on c.scenario_id = l.scenario_id and c.charger_type = l.usual_charger
join core.site as t on t.site_id = d.site_id
where r.publication = 'published';

comment on view report.served_demand is 'What each station of a published plan serves in the busiest hour, against what its ports can serve.';
comment on column report.served_demand.served_demand_id is 'Key for GIS clients: run, phase, level and site.';
comment on column report.served_demand.run_id is 'The run.';
comment on column report.served_demand.scenario_name is 'Name of the scenario.';
comment on column report.served_demand.phase is 'The phase, at its end.';
comment on column report.served_demand.level is 'The level.';
comment on column report.served_demand.site_id is 'The site.';
comment on column report.served_demand.name is 'Name, untrusted text.';
comment on column report.served_demand.capacity_per_h is 'Sessions per hour that its ports serve while few wait long.';
comment on column report.served_demand.sessions_per_h is 'Sessions per hour that it serves.';
comment on column report.served_demand.used_share is 'The one over the other.';
comment on column report.served_demand.served_kwh_per_h is 'Energy that it gives in that hour, kWh.';
comment on column report.served_demand.geom is 'Place.';
