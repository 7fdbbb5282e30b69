-- needs: model.demand_level
-- grain: one row per (scenario_id, level, group_id)

create view model.aggregated_demand_node as

-- Demands that are not covered anyway, merged where the same sites may reach them; those that none reaches are one
-- group with no site, so that they count as uncovered.
select
    scenario_id,
    level,
    min(demand_id) as group_id,
    open_site_ids as site_ids,
    array_agg(demand_id order by demand_id) as demand_ids,
    sum(weight_share order by demand_id) as weight_share
from model.demand_level
where not is_covered_always
group by scenario_id, level, open_site_ids;

comment on view model.aggregated_demand_node is 'Demands whose coverage is to be decided, merged where the same sites may reach them.';
comment on column model.aggregated_demand_node.scenario_id is 'The scenario.';
comment on column model.aggregated_demand_node.level is 'The level.';
comment on column model.aggregated_demand_node.group_id is 'Lowest demand_id of the group.';
comment on column model.aggregated_demand_node.site_ids is 'Sites where the level stands or could stand, within reach; empty: never covered.';
comment on column model.aggregated_demand_node.demand_ids is 'Demands of the group.';
comment on column model.aggregated_demand_node.weight_share is 'Weight of the group.';
