-- needs: model.scenario, core.site_grid_node
-- grain: one row per (scenario_id, site_id, grid_node_id)

create view model.site_grid_node as

select s.scenario_id, n.site_id, n.grid_node_id
from model.scenario as s
cross join core.site_grid_node as n;

comment on view model.site_grid_node is 'The nodes of the grid that each site draws from.';
comment on column model.site_grid_node.scenario_id is 'The scenario.';
comment on column model.site_grid_node.site_id is 'The site: core.site.';
comment on column model.site_grid_node.grid_node_id is 'The node: model.grid_node.';
