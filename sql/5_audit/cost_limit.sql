-- needs: plan.run, plan.scenario, plan.scenario_rule, plan.decision, plan.reinforcement, core.region
-- grain: one row per (run_id, subject)

create view audit.cost_limit as

with cost as (
    select r.run_id, n.cost_limit_cad, d.net_cad + b.net_cad as net_cad
    from plan.run as r
    join plan.scenario as n on n.scenario_id = r.scenario_id
    join core.region as g on g.load_id = n.load_id
    join plan.scenario_rule as u on u.scenario_id = r.scenario_id and u.rule = 'cost_limit' and u.is_on
    cross join lateral (
        select coalesce(sum(capex_cad - grant_cad - resale_cad), 0) as net_cad from plan.decision where run_id = r.run_id
    ) as d
    cross join lateral (
        select coalesce(sum(cost_cad), 0) as net_cad from plan.reinforcement where run_id = r.run_id
    ) as b
    where r.status in ('optimal', 'feasible')
)

select
    run_id, 'all phases' as subject, cost_limit_cad as expected, net_cad as found,
    format('The plan costs %s %s in all; its limit is %s.', round(net_cad::numeric, 2), (select currency from core.region), cost_limit_cad) as message
from cost
where net_cad > cost_limit_cad + 0.01;

comment on view audit.cost_limit is 'Plans that cost more, all phases together, than their scenario allows.';
comment on column audit.cost_limit.run_id is 'The run.';
comment on column audit.cost_limit.subject is 'All phases.';
comment on column audit.cost_limit.expected is 'The limit, CAD.';
comment on column audit.cost_limit.found is 'The net cost of decisions and reinforcement, CAD.';
comment on column audit.cost_limit.message is 'The violation in words.';
