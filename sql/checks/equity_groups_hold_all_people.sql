-- Each person is in one municipality, in town or country, and near to or far from a charger.
-- hint: refresh analysis.equity_group; it may be older than core.demand_cell.

select k.group_kind, sum(c.population) as people, sum(c.population) filter (where g.cell_id is not null) as people_in_groups
from core.demand_cell as c
cross join (values ('municipality'), ('settlement'), ('charger_distance')) as k (group_kind)
left join analysis.equity_group as g on g.cell_id = c.cell_id and g.group_kind = k.group_kind
group by k.group_kind
having bool_or(g.cell_id is null);
