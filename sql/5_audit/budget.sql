-- needs: plan.run, plan.scenario, plan.scenario_rule, plan.scenario_phase, plan.scenario_reinforcement, plan.decision,
--   plan.reinforcement, core.region, audit.decision_price, audit.decision_grant
-- grain: one row per (run_id, subject)

create view audit.budget as

-- what the plan says of money must be true whether the rule is on or off
with audited as not materialized (
    select r.run_id, r.scenario_id, r.capex_cad, r.net_capex_cad, r.reinforcement_cad, u.is_on,
        coalesce(n.budget_carries_over, false) as is_carried_over
    from plan.run as r
    join plan.scenario as n on n.scenario_id = r.scenario_id
    join core.region as g on g.load_id = n.load_id
    join plan.scenario_rule as u on u.scenario_id = r.scenario_id and u.rule = 'budget'
    where r.status in ('optimal', 'feasible')
),

spent as not materialized (
    select
        a.run_id, f.phase, f.budget_cad, w.capex_cad, g.reinforcement_cad,
        w.capex_cad - w.resale_cad - s.grant_cad + g.reinforcement_cad as net_cad
    from audited as a
    join plan.scenario_phase as f on f.scenario_id = a.scenario_id
    cross join lateral (
        select coalesce(sum(p.capex_cad), 0) as capex_cad, coalesce(sum(p.resale_cad), 0) as resale_cad
        from audit.decision_price as p where p.run_id = a.run_id and p.phase = f.phase
    ) as w
    cross join lateral (
        select coalesce(sum(least(t.eligible_cad, t.application_cap_cad)), 0) as grant_cad
        from (
            select sum(e.eligible_cad) as eligible_cad, max(e.application_cap_cad) as application_cap_cad
            from audit.decision_grant as e where e.run_id = a.run_id and e.phase = f.phase group by e.program
        ) as t
    ) as s
    cross join lateral (
        select coalesce(sum(q.cost_cad), 0) as reinforcement_cad
        from plan.reinforcement as b
        join plan.scenario_reinforcement as q on q.scenario_id = a.scenario_id and q.step = b.step
        where b.run_id = a.run_id and b.phase = f.phase
    ) as g
),

paid as not materialized (
    select s.run_id, s.phase, sum(e.net_cad) as net_cad, sum(e.budget_cad) as budget_cad
    from spent as s
    join audited as a on a.run_id = s.run_id
    join spent as e on e.run_id = s.run_id and (e.phase = s.phase or a.is_carried_over and e.phase < s.phase)
    where a.is_on
    group by s.run_id, s.phase
)

select
    run_id, 'phase ' || phase as subject, budget_cad as expected, net_cad as found,
    format('Phase %s costs %s %s; its budget is %s.', phase, round(net_cad::numeric, 2), (select currency from core.region), budget_cad) as message
from paid
where net_cad > budget_cad + 0.01

union all

select
    p.run_id, format('site %s, phase %s, %s', p.site_id, p.phase, v.figure), v.expected, v.found,
    format('The ports of site %s come to a %s of %s %s; the plan says %s.', p.site_id, v.figure, v.expected, (select currency from core.region), v.found)
from audited as r
join audit.decision_price as p on p.run_id = r.run_id
join plan.decision as d on d.decision_id = p.decision_id
cross join lateral (values
    ('capital cost', p.capex_cad, d.capex_cad), ('resale', p.resale_cad, d.resale_cad),
    ('yearly running cost', p.opex_change_cad_per_year, d.opex_change_cad_per_year)
) as v (figure, expected, found)
where abs(v.expected - v.found) > 0.01

union all

select
    r.run_id, v.figure || ' of the run', v.expected, v.found,
    format('The decisions come to a %s of %s %s; the run says %s.', v.figure, v.expected, (select currency from core.region),
        coalesce(v.found::text, 'nothing'))
from audited as r
cross join lateral (
    select sum(s.capex_cad) as gross, sum(s.net_cad) as net, sum(s.reinforcement_cad) as reinforcement
    from spent as s where s.run_id = r.run_id
) as t
cross join lateral (values
    ('capital cost', t.gross, r.capex_cad), ('net capital cost', t.net, r.net_capex_cad),
    ('reinforcement', t.reinforcement, coalesce(r.reinforcement_cad, 0))
) as v (figure, expected, found)
where v.found is null or abs(v.expected - v.found) > 0.01;

comment on view audit.budget is 'Phases that cost more than their budget, and figures of money that the ports, prices and programs do not come to.';
comment on column audit.budget.run_id is 'The run.';
comment on column audit.budget.subject is 'The phase, the site and figure, or the figure of the run.';
comment on column audit.budget.expected is 'The budget, or the figure worked out anew, CAD.';
comment on column audit.budget.found is 'What the plan has or says, CAD.';
comment on column audit.budget.message is 'The violation in words.';
