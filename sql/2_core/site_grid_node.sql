-- needs: core.site, core.grid_node
-- grain: one row per (site_id, grid_node_id)

create materialized view core.site_grid_node as

with recursive fed as (
    select s.site_id, n.grid_node_id, n.parent_id
    from core.site as s
    join core.grid_node as n on n.grid_feeder_id = s.grid_feeder_id or s.grid_feeder_id is null and n.grid_area_id = s.grid_area_id
    union all
    select f.site_id, p.grid_node_id, p.parent_id
    from fed as f
    join core.grid_node as p on p.grid_node_id = f.parent_id
)

select site_id, grid_node_id from fed
with no data;

create unique index site_grid_node_key on core.site_grid_node (site_id, grid_node_id);

comment on materialized view core.site_grid_node is 'All that a site draws from: its feeder, its station and their supply; without a known feeder its station.';
comment on column core.site_grid_node.site_id is 'Site.';
comment on column core.site_grid_node.grid_node_id is 'Node of the grid.';
