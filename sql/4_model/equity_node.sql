-- needs: model.equity_floor, model.equity_member, model.demand_level
-- grain: one row per (scenario_id, group_kind, group_name, level, node_id)

create view model.equity_node as

with wanted as (
    select scenario_id, group_kind, group_name, level from model.equity_floor
    union
    select scenario_id, 'region', 'everybody', level from model.equity_floor
)

select
    w.scenario_id,
    w.group_kind,
    w.group_name,
    w.level,
    d.node_id,
    sum(m.people_share order by m.demand_id) as people_share
from wanted as w
join model.equity_member as m
    on m.scenario_id = w.scenario_id and m.group_kind = w.group_kind and m.group_name = w.group_name
join model.demand_level as d on d.scenario_id = w.scenario_id and d.level = w.level and d.demand_id = m.demand_id
group by w.scenario_id, w.group_kind, w.group_name, w.level, d.node_id;

comment on view model.equity_node is
    'People of the groups that a floor or a ratio speaks of, and everybody to compare them with, by aggregated demand node.';
comment on column model.equity_node.scenario_id is 'The scenario.';
comment on column model.equity_node.group_kind is 'Kind of the group; region for everybody.';
comment on column model.equity_node.group_name is 'Name of the group.';
comment on column model.equity_node.level is 'The level.';
comment on column model.equity_node.node_id is 'The node: model.aggregated_demand_node; null for those who are covered whatever is decided.';
comment on column model.equity_node.people_share is 'Share of the people of the group.';
