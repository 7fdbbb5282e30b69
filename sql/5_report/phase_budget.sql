-- needs: plan.run, plan.decision, model.scenario, model.phase
-- grain: one row per (run_id, phase)

create view report.phase_budget as

select
    row_number() over (order by r.run_id, p.phase) as phase_budget_id,
    r.run_id,
    s.name as scenario_name,
    p.phase,
    p.title,
    p.budget_cad,
    d.capex_cad,
    d.grant_cad,
    d.resale_cad,
    d.capex_cad - d.grant_cad - d.resale_cad as net_capex_cad,
    p.budget_cad - (d.capex_cad - d.grant_cad - d.resale_cad) as left_cad
from plan.run as r
join model.scenario as s using (scenario_id)
join model.phase as p using (scenario_id)
cross join lateral (
    select
        coalesce(sum(capex_cad), 0) as capex_cad,
        coalesce(sum(grant_cad), 0) as grant_cad,
        coalesce(sum(resale_cad), 0) as resale_cad
    from plan.decision
    where decision.run_id = r.run_id and decision.phase = p.phase
) as d
where r.publication = 'published';

comment on view report.phase_budget is 'Money of each phase of a published plan: what there is, what is spent, what is left.';
comment on column report.phase_budget.phase_budget_id is 'Key for GIS clients.';
comment on column report.phase_budget.run_id is 'The run.';
comment on column report.phase_budget.scenario_name is 'Name of the scenario.';
comment on column report.phase_budget.phase is 'The phase.';
comment on column report.phase_budget.title is 'What the phase is for.';
comment on column report.phase_budget.budget_cad is 'Money for the phase.';
comment on column report.phase_budget.capex_cad is 'Capital cost, gross.';
comment on column report.phase_budget.grant_cad is 'Grants.';
comment on column report.phase_budget.resale_cad is 'What removed equipment brings.';
comment on column report.phase_budget.net_capex_cad is 'Capital cost less grants and resale.';
comment on column report.phase_budget.left_cad is 'Budget less net capital cost.';
