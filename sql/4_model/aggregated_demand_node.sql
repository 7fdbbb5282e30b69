-- needs: model.demand_level
-- grain: one row per (scenario_id, level, node_id)

create view model.aggregated_demand_node as

-- Demand nodes that are not always covered, merged where the same sites may cover them; those that no site may cover are
-- one node without a site, so that they count as uncovered.
select
    scenario_id,
    level,
    node_id,
    min(open_site_ids) as site_ids,
    sum(weight_share order by demand_id) as weight_share
from model.demand_level
where node_id is not null
group by scenario_id, level, node_id;

comment on view model.aggregated_demand_node is 'Demand nodes whose coverage is to be decided, merged where the same sites may cover them.';
comment on column model.aggregated_demand_node.scenario_id is 'The scenario.';
comment on column model.aggregated_demand_node.level is 'The level.';
comment on column model.aggregated_demand_node.node_id is 'Lowest demand_id of the node.';
comment on column model.aggregated_demand_node.site_ids is 'Sites within the service distance where the level stands or could stand; empty: never covered.';
comment on column model.aggregated_demand_node.weight_share is 'Sum of their weights.';
