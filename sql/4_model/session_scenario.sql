-- needs: model.scenario, plan.scenario_rule, plan.scenario_objective, plan.scenario_priority_level
-- grain: one row per (scenario_id)

create view model.session_scenario as

select s.scenario_id
from model.scenario as s
where s.demand_kind = 'cell'
    and (
        exists (
            select from plan.scenario_rule as r
            where r.scenario_id = s.scenario_id and r.is_on
                and r.rule in ('demand_balance', 'port_capacity', 'min_served')
        )
        or exists (
            select from plan.scenario_objective as o
            where o.scenario_id = s.scenario_id and o.weight > 0 and o.term in ('served', 'efficiency')
        )
        or exists (
            select from plan.scenario_priority_level as t
            where t.scenario_id = s.scenario_id and t.terms && array['served', 'efficiency']
        )
    );

comment on view model.session_scenario is 'Scenarios that count charging sessions; in all others more ports serve nobody more.';
comment on column model.session_scenario.scenario_id is 'The scenario.';
