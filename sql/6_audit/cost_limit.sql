-- needs: plan.run, plan.scenario, plan.scenario_rule, plan.decision, core.region
-- grain: one row per (run_id, subject)

create view audit.cost_limit as

select
    r.run_id, 'all phases' as subject, n.cost_limit_cad as expected, sum(d.capex_cad - d.grant_cad - d.resale_cad) as found,
    format('The plan costs %s CAD in all; its limit is %s.', round(sum(d.capex_cad - d.grant_cad - d.resale_cad)::numeric, 2),
        n.cost_limit_cad) as message
from plan.run as r
join plan.scenario as n on n.scenario_id = r.scenario_id
join core.region as g on g.load_id = n.load_id
join plan.scenario_rule as u on u.scenario_id = r.scenario_id and u.rule = 'cost_limit' and u.is_on
join plan.decision as d on d.run_id = r.run_id
where r.status in ('optimal', 'feasible')
group by r.run_id, n.cost_limit_cad
having sum(d.capex_cad - d.grant_cad - d.resale_cad) > n.cost_limit_cad + 0.01;

comment on view audit.cost_limit is 'Plans that cost more, all phases together, than their scenario allows.';
comment on column audit.cost_limit.run_id is 'The run.';
comment on column audit.cost_limit.subject is 'All phases.';
comment on column audit.cost_limit.expected is 'The limit, CAD.';
comment on column audit.cost_limit.found is 'The net cost of the decisions, CAD.';
comment on column audit.cost_limit.message is 'The offence in words.';
