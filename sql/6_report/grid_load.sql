-- needs: plan.grid_load, audit.grid_load, plan.run, model.scenario, core.grid_node, analysis.grid_node_capacity
-- grain: one row per (run_id, phase, grid_node_id)

create view report.grid_load as

select
    row_number() over (order by l.run_id, l.phase, l.grid_node_id) as grid_load_id,
    l.run_id,
    s.name as scenario_name,
    l.phase,
    l.grid_node_id,
    a.kind as grid_kind,
    a.parent_id,
    a.name,
    l.added_kw,
    l.remaining_kw,
    l.grid_upgrade_kw,
    c.port_count,
    c.curve_kw,
    l.added_kw / nullif(l.remaining_kw + l.grid_upgrade_kw, 0) as use_share,
    h.is_assumed,
    h.basis,
    a.geom::geometry(MultiPolygon, :metric_srid) as geom
from plan.grid_load as l
join plan.run as r using (run_id)
join model.scenario as s using (scenario_id)
join core.grid_node as a using (grid_node_id)
left join analysis.grid_node_capacity as h using (grid_node_id)
left join audit.grid_load as c on c.run_id = l.run_id and c.phase = l.phase and c.grid_node_id = l.grid_node_id
where r.publication = 'published';

comment on view report.grid_load is 'Power that published plans add on feeders, stations and supplies, against what they have left.';
comment on column report.grid_load.grid_load_id is 'Key for GIS clients.';
comment on column report.grid_load.run_id is 'The run.';
comment on column report.grid_load.scenario_name is 'Name of the scenario.';
comment on column report.grid_load.phase is 'The phase, at its end.';
comment on column report.grid_load.grid_node_id is 'The node of the grid: report.grid_node.';
comment on column report.grid_load.grid_kind is 'feeder, station or supply.';
comment on column report.grid_load.parent_id is 'The node that feeds it; null at the top.';
comment on column report.grid_load.name is 'Its name.';
comment on column report.grid_load.added_kw is 'Power added since the start of the plan, times the share that the rule counts: that of the fewest ports that could fill the room.';
comment on column report.grid_load.remaining_kw is 'Power that could be added.';
comment on column report.grid_load.grid_upgrade_kw is 'Power that the grid upgrades bought by then add to it.';
comment on column report.grid_load.port_count is 'Ports that draw from it then.';
comment on column report.grid_load.curve_kw is 'Power added, times the share that the curve of coincidence has for these ports.';
comment on column report.grid_load.use_share is 'Added power as a share of hosting capacity and grid upgrades; null where there is none.';
comment on column report.grid_load.is_assumed is 'True when the hosting capacity is assumed, as limit, load or capacity is not known.';
comment on column report.grid_load.basis is 'How the hosting capacity was found: as report.grid_node has it.';
comment on column report.grid_load.geom is 'Outline of the feeder, or of the areas of the station or supply.';
