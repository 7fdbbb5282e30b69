-- needs: report.project, core.site, core.site_supply, core.grid_feeder, core.grid_node, analysis.grid_node_capacity
-- grain: one row per (run_id, site_id)

create view report.connection_request as

select
    -- the same in every query, whatever is filtered
    p.project_id as connection_request_id,
    p.run_id,
    p.project_number,
    p.phase,
    p.year,
    p.site_id,
    p.name,
    p.planning_area,
    p.action,
    p.ports_before,
    p.ports_added,
    p.ports_after,
    p.kw_before,
    p.added_kw,
    p.kw_after,
    f.distributor,
    f.feeder_key,
    f.voltage_kv,
    f.capacity_kw as feeder_capacity_kw,
    f.updated_on,
    s.grid_area_id,
    d.grid_node_id as feeder_node_id,
    g.name as grid_area,
    c.remaining_kw,
    c.is_assumed,
    u.three_phase_m,
    u.three_phase_kind,
    u.substation_m,
    p.address,
    p.city,
    p.owner_class,
    p.lon,
    p.lat,
    p.geom
from report.project as p
join core.site as s on s.site_id = p.site_id
left join core.site_supply as u on u.site_id = p.site_id
left join core.grid_feeder as f on f.grid_feeder_id = s.grid_feeder_id
left join core.grid_node as g on g.grid_area_id = s.grid_area_id
left join core.grid_node as d on d.grid_feeder_id = s.grid_feeder_id
left join analysis.grid_node_capacity as c on c.grid_node_id = g.grid_node_id
-- what needs no more power needs no new connection
where p.added_kw > 0;

comment on view report.connection_request is
    'What a plan would ask the distributor for: each project that adds power, its load, and what is known of the grid there; null where it is not known.';
comment on column report.connection_request.connection_request_id is 'Key for GIS clients: run and site.';
comment on column report.connection_request.run_id is 'The run.';
comment on column report.connection_request.project_number is 'Number of the project in its plan.';
comment on column report.connection_request.phase is 'Phase of the project.';
comment on column report.connection_request.year is 'Calendar year of the phase, when the connection is wanted.';
comment on column report.connection_request.site_id is 'The site.';
comment on column report.connection_request.name is 'Name of the site at the time, untrusted text.';
comment on column report.connection_request.planning_area is 'Municipality.';
comment on column report.connection_request.action is 'expand, upgrade or build.';
comment on column report.connection_request.ports_before is 'Ports before the plan as charger_type=count, joined by +; empty for none.';
comment on column report.connection_request.ports_added is 'New ports, likewise.';
comment on column report.connection_request.ports_after is 'Ports after the plan, likewise.';
comment on column report.connection_request.kw_before is 'Power of all ports before the plan.';
comment on column report.connection_request.added_kw is 'Power that is asked for on top.';
comment on column report.connection_request.kw_after is 'Power of all ports after it.';
comment on column report.connection_request.distributor is 'Company that runs the feeder, untrusted text; null where no feeder is known.';
comment on column report.connection_request.feeder_key is 'Key of the feeder in its source; null where none is known.';
comment on column report.connection_request.voltage_kv is 'Voltage of the feeder between phases; null when unknown. It is not that of the service.';
comment on column report.connection_request.feeder_capacity_kw is 'Power left on the feeder as published; null when unknown.';
comment on column report.connection_request.updated_on is 'Latest day of the figures of the feeder.';
comment on column report.connection_request.grid_area_id is 'The transformer station as a node of the grid: report.grid_node; null where none is known.';
comment on column report.connection_request.feeder_node_id is 'The feeder as a node of the grid; null where none is known.';
comment on column report.connection_request.grid_area is 'Name of the transformer station or its area, untrusted text.';
comment on column report.connection_request.remaining_kw is 'Power that could be added there.';
comment on column report.connection_request.is_assumed is 'True when that is assumed, as limit, load or capacity is not known.';
comment on column report.connection_request.three_phase_m is 'To the nearest three-phase supply, metres; null where none is known.';
comment on column report.connection_request.three_phase_kind is 'What that is: line or substation.';
comment on column report.connection_request.substation_m is 'To the nearest transformer station with a known place, metres.';
comment on column report.connection_request.address is 'Where it is, for people: number and street, street, or coordinates; untrusted text.';
comment on column report.connection_request.city is 'Town of the nearest civic address; untrusted text.';
comment on column report.connection_request.owner_class is 'Whose land it is: public or private; null where no source tells.';
comment on column report.connection_request.lon is 'Longitude, degrees.';
comment on column report.connection_request.lat is 'Latitude, degrees.';
comment on column report.connection_request.geom is 'Place.';
