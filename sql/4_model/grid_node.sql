-- needs: model.scenario, model.ancestor, plan.decision, plan.grid_upgrade, core.site_grid_node, analysis.grid_node_capacity
-- grain: one row per (scenario_id, grid_node_id)

create view model.grid_node as

with earlier as (
    select a.scenario_id, n.grid_node_id, sum(d.added_kw) as added_kw
    from model.ancestor as a
    join plan.decision as d on d.run_id = a.run_id
    join core.site_grid_node as n on n.site_id = d.site_id
    group by a.scenario_id, n.grid_node_id
),

-- a grid upgrade is one of a station, whose node has the number of its area
bought as (
    select a.scenario_id, b.grid_area_id as grid_node_id, sum(b.added_kw) as added_kw
    from model.ancestor as a
    join plan.grid_upgrade as b on b.run_id = a.run_id
    group by a.scenario_id, b.grid_area_id
)

select
    s.scenario_id,
    g.grid_node_id,
    g.kind,
    g.parent_id,
    greatest(
        g.remaining_kw * s.hosting_capacity_factor + coalesce(b.added_kw, 0) - s.coincidence_factor * coalesce(e.added_kw, 0), 0
    ) as remaining_kw,
    g.is_assumed,
    g.basis
from model.scenario as s
cross join analysis.grid_node_capacity as g
left join earlier as e on e.scenario_id = s.scenario_id and e.grid_node_id = g.grid_node_id
left join bought as b on b.scenario_id = s.scenario_id and b.grid_node_id = g.grid_node_id;

comment on view model.grid_node is 'Power that may still be added on each feeder, station and supply, after the plans that a scenario continues.';
comment on column model.grid_node.scenario_id is 'The scenario.';
comment on column model.grid_node.grid_node_id is 'The node of the grid: core.grid_node; that of a station is its grid area.';
comment on column model.grid_node.kind is 'feeder, station or supply.';
comment on column model.grid_node.parent_id is 'Node that feeds it; null at the top.';
comment on column model.grid_node.remaining_kw is 'Power that may be added, coincidence counted; 0 where the node is overloaded already.';
comment on column model.grid_node.is_assumed is 'True when the figure is an assumption.';
comment on column model.grid_node.basis is 'Where the figure comes from.';
