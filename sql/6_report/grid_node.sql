-- needs: core.grid_node, analysis.grid_node_capacity
-- grain: one row per (grid_node_id)

create view report.grid_node as

select
    n.grid_node_id,
    n.kind as grid_kind,
    n.parent_id,
    n.name,
    c.limit_kw,
    c.peak_load_kw,
    c.remaining_kw,
    c.is_assumed,
    c.basis,
    n.geom::geometry(MultiPolygon, :metric_srid) as geom
from core.grid_node as n
join analysis.grid_node_capacity as c using (grid_node_id);

comment on view report.grid_node is 'The tree of the grid that sites draw from: feeders in stations in supplies, with what each has left today.';
comment on column report.grid_node.grid_node_id is 'Number of the node within the load.';
comment on column report.grid_node.grid_kind is 'feeder, station or supply.';
comment on column report.grid_node.parent_id is 'The node that feeds it; null at the top.';
comment on column report.grid_node.name is 'Its name.';
comment on column report.grid_node.limit_kw is 'Limit of a station or supply; null when unknown.';
comment on column report.grid_node.peak_load_kw is 'Highest load of a station or supply so far; null when unknown.';
comment on column report.grid_node.remaining_kw is 'Power that could be added.';
comment on column report.grid_node.is_assumed is 'True when that is assumed, or read from a range.';
comment on column report.grid_node.basis is 'How it was found: limit_less_peak_load, share_of_limit, share_of_peak_load, share_of_assumed_load, published_capacity, low_end_of_range or share_of_station.';
comment on column report.grid_node.geom is 'Outline.';
