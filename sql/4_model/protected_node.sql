-- needs: model.rule, model.demand_level, plan.scenario_equity, analysis.equity_group
-- grain: one row per (scenario_id, level, node_id)

create view model.protected_node as

select distinct d.scenario_id, d.level, d.node_id
from model.rule as r
join model.demand_level as d on d.scenario_id = r.scenario_id
where r.rule = 'protected_coverage'
    and d.is_covered_before
    and not d.is_covered_always
    and exists (
        select from analysis.equity_group as g
        join plan.scenario_equity as e using (group_kind, group_name)
        where g.cell_id = d.demand_id and e.scenario_id = d.scenario_id and e.level = d.level and e.is_protected
    );

comment on view model.protected_node is 'Aggregated demand nodes with people of protected groups who are covered and could lose it.';
comment on column model.protected_node.scenario_id is 'The scenario.';
comment on column model.protected_node.level is 'The level.';
comment on column model.protected_node.node_id is 'The node: model.aggregated_demand_node.';
