-- needs: model.rule, model.demand_level, plan.scenario_equity, analysis.equity_group
-- grain: one row per (scenario_id, level, demand_id)

create view model.protected_demand as

select d.scenario_id, d.level, d.demand_id
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

comment on view model.protected_demand is 'Demands of protected groups that are covered and could lose it.';
comment on column model.protected_demand.scenario_id is 'The scenario.';
comment on column model.protected_demand.level is 'The level.';
comment on column model.protected_demand.demand_id is 'The demand, a cell.';
