-- needs: model.double_coverage_level, model.demand_level
-- grain: one row per (scenario_id, level, node_id)

create view model.double_coverage_node as

with covered as (
    select
        d.scenario_id, d.level, d.demand_id, d.weight_share, d.open_site_ids,
        greatest(2 - d.always_site_count, 0)::integer as missing_count
    from model.double_coverage_level as n
    join model.demand_level as d on d.scenario_id = n.scenario_id and d.level = n.level
)

select
    g.scenario_id,
    g.level,
    min(g.demand_id) as node_id,
    g.site_ids,
    g.missing_count,
    sum(g.weight_share order by g.demand_id) as weight_share
from (
    select
        scenario_id, level, demand_id, weight_share, missing_count,
        case when missing_count > 0 then open_site_ids else '{}' end as site_ids
    from covered
    where missing_count <= cardinality(open_site_ids)
        or missing_count = 0
) as g
group by g.scenario_id, g.level, g.site_ids, g.missing_count;

comment on view model.double_coverage_node is 'Demand that two stations of a level cover or could cover, merged where the same sites may come or go; all other is never covered doubly.';
comment on column model.double_coverage_node.scenario_id is 'The scenario.';
comment on column model.double_coverage_node.level is 'The level.';
comment on column model.double_coverage_node.node_id is 'Lowest demand_id of the node.';
comment on column model.double_coverage_node.site_ids is 'Sites within the service distance where the level may come or go; empty where two stations always stay.';
comment on column model.double_coverage_node.missing_count is 'How many of these must have the level for a double coverage: 0, 1 or 2.';
comment on column model.double_coverage_node.weight_share is 'Weight of the node.';
