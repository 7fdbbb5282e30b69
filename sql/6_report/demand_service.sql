-- needs: plan.demand_service, plan.run, plan.scenario_level, model.scenario, core.demand_cell, core.hexagon_index
-- grain: one row per (run_id, phase, level, zone_id)

create view report.demand_service as

select
    row_number() over (order by d.run_id, d.phase, d.level, d.zone_id) as demand_service_id,
    d.run_id,
    s.name as scenario_name,
    d.phase,
    d.level,
    d.zone_id,
    d.demand_per_h,
    d.served_per_h,
    case when d.demand_per_h > 0 then d.served_per_h / d.demand_per_h end as served_share,
    st_hexagon(l.zone_edge_m, h.i, h.j, 'SRID=:metric_srid;POINT(0 0)')::geometry(Polygon, :metric_srid) as geom
from plan.demand_service as d
join plan.run as r on r.run_id = d.run_id
join model.scenario as s on s.scenario_id = r.scenario_id
join plan.scenario_level as l on l.scenario_id = r.scenario_id and l.level = d.level
join core.demand_cell as c on c.cell_id = d.zone_id
cross join lateral core.hexagon_index(c.point_geom, l.zone_edge_m) as h
where r.publication = 'published';

comment on view report.demand_service is 'What the drivers of each zone ask for in the busiest hour, and what of it a published plan serves.';
comment on column report.demand_service.demand_service_id is 'Key for GIS clients.';
comment on column report.demand_service.run_id is 'The run.';
comment on column report.demand_service.scenario_name is 'Name of the scenario.';
comment on column report.demand_service.phase is 'The phase, at its end.';
comment on column report.demand_service.level is 'The level.';
comment on column report.demand_service.zone_id is 'The zone, by the lowest of its cells.';
comment on column report.demand_service.demand_per_h is 'Sessions per hour asked for.';
comment on column report.demand_service.served_per_h is 'Sessions per hour served.';
comment on column report.demand_service.served_share is 'The one over the other.';
comment on column report.demand_service.geom is 'Hexagon.';
