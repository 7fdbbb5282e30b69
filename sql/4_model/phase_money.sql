-- needs: model.scenario, model.rule, model.phase
-- grain: one row per (scenario_id, phase)

create view model.phase_money as

with limited as (
    select
        s.scenario_id, s.is_budget_carried_over, s.cost_limit_cad,
        exists (select from model.rule as r where r.scenario_id = s.scenario_id and r.rule = 'budget') as is_budget_limited,
        exists (select from model.rule as r where r.scenario_id = s.scenario_id and r.rule = 'cost_limit') as is_cost_limited
    from model.scenario as s
)

select
    p.scenario_id,
    p.phase,
    least(case when n.is_budget_limited then sum(b.budget_cad) end, case when n.is_cost_limited then n.cost_limit_cad end) as money_cad
from limited as n
join model.phase as p on p.scenario_id = n.scenario_id
join model.phase as b on b.scenario_id = n.scenario_id and (b.phase = p.phase or n.is_budget_carried_over and b.phase < p.phase)
group by p.scenario_id, p.phase, n.is_budget_limited, n.is_cost_limited, n.cost_limit_cad;

comment on view model.phase_money is 'What each phase may spend, with what those before may have left.';
comment on column model.phase_money.scenario_id is 'The scenario.';
comment on column model.phase_money.phase is 'The phase.';
comment on column model.phase_money.money_cad is 'Most money, net of grants; null where neither a budget nor a limit on the cost holds.';
