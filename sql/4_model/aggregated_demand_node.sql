-- needs: model.demand_level, model.covering_pair, model.site_level
-- grain: one row per (scenario_id, level, group_id)

create view model.aggregated_demand_node as

-- Demands that are not covered anyway, merged where the same sites may reach them; those that none reaches are one
-- group with no site, so that they count as uncovered.
with open_pair as (
    select r.scenario_id, r.level, r.demand_id, array_agg(r.site_id order by r.site_id) as site_ids
    from model.covering_pair as r
    join model.site_level as s on s.scenario_id = r.scenario_id and s.site_id = r.site_id and s.level = r.level
    where s.is_possible
    group by r.scenario_id, r.level, r.demand_id
)

select
    d.scenario_id,
    d.level,
    min(d.demand_id) as group_id,
    coalesce(o.site_ids, '{}') as site_ids,
    array_agg(d.demand_id order by d.demand_id) as demand_ids,
    sum(d.weight_share) as weight_share
from model.demand_level as d
left join open_pair as o on o.scenario_id = d.scenario_id and o.level = d.level and o.demand_id = d.demand_id
where not d.is_covered_always
group by d.scenario_id, d.level, o.site_ids;

comment on view model.aggregated_demand_node is 'Demands whose coverage is to be decided, merged where the same sites may reach them.';
comment on column model.aggregated_demand_node.scenario_id is 'The scenario.';
comment on column model.aggregated_demand_node.level is 'L2 or L3.';
comment on column model.aggregated_demand_node.group_id is 'Lowest demand_id of the group.';
comment on column model.aggregated_demand_node.site_ids is 'Sites where the level stands or could stand, within reach; empty: never covered.';
comment on column model.aggregated_demand_node.demand_ids is 'Demands of the group.';
comment on column model.aggregated_demand_node.weight_share is 'Weight of the group.';
