-- needs: model.scenario, model.rule, model.demand, core.demand_cell, analysis.equity_group
-- grain: one row per (scenario_id, demand_id, group_kind)

create view model.equity_member as

with everybody as not materialized (
    select cell_id, group_kind, group_name from analysis.equity_group
    union all
    select cell_id, 'region', 'everybody' from core.demand_cell
)

select
    d.scenario_id,
    d.demand_id,
    g.group_kind,
    g.group_name,
    -- added up in one order, so that the same data gives the same digits whatever way the database takes
    c.population / sum(c.population) over (
        partition by d.scenario_id, g.group_kind, g.group_name
        order by d.demand_id rows between unbounded preceding and unbounded following
    ) as people_share
from model.scenario as s
join model.rule as r on r.scenario_id = s.scenario_id and r.rule = 'equity'
join model.demand as d on d.scenario_id = s.scenario_id
join core.demand_cell as c on c.cell_id = d.demand_id
join everybody as g on g.cell_id = c.cell_id
where s.demand_kind = 'cell' and c.population > 0;

comment on view model.equity_member is 'Share of the people of each group, and of the whole region, at each demand node.';
comment on column model.equity_member.scenario_id is 'The scenario.';
comment on column model.equity_member.demand_id is 'The demand, a cell.';
comment on column model.equity_member.group_kind is 'Kind of the group, or region.';
comment on column model.equity_member.group_name is 'Name of the group, or everybody.';
comment on column model.equity_member.people_share is 'Share of the people of the group who live there; sums to 1 over a group.';
