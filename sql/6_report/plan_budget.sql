-- needs: report.phase_budget
-- grain: one row per (run_id)

create view report.plan_budget as

select
    run_id,
    scenario_name,
    sum(budget_cad) as budget_cad,
    sum(equipment_cad) as equipment_cad,
    sum(installation_cad) as installation_cad,
    sum(connection_cad) as connection_cad,
    sum(soft_cost_cad) as soft_cost_cad,
    sum(contingency_cad) as contingency_cad,
    sum(dismantling_cad) as dismantling_cad,
    sum(capex_cad) as capex_cad,
    sum(grant_cad) as grant_cad,
    sum(resale_cad) as resale_cad,
    sum(grid_upgrade_cad) as grid_upgrade_cad,
    sum(net_capex_cad) as net_capex_cad,
    -- what a phase leaves may be there again for the next: counted once
    sum(budget_cad) - sum(net_capex_cad) as left_cad,
    sum(opex_change_cad_per_year) as opex_change_cad_per_year
from report.phase_budget
group by run_id, scenario_name;

comment on view report.plan_budget is 'Money of a published plan over all its phases.';
comment on column report.plan_budget.run_id is 'The run.';
comment on column report.plan_budget.scenario_name is 'Name of the scenario.';
comment on column report.plan_budget.budget_cad is 'Money for all phases together.';
comment on column report.plan_budget.equipment_cad is 'New equipment.';
comment on column report.plan_budget.installation_cad is 'Its installation, civil works and make-ready.';
comment on column report.plan_budget.connection_cad is 'Connection, transformer and line.';
comment on column report.plan_budget.soft_cost_cad is 'Design, permits, supervision.';
comment on column report.plan_budget.contingency_cad is 'Reserve.';
comment on column report.plan_budget.dismantling_cad is 'Taking down what goes.';
comment on column report.plan_budget.capex_cad is 'Capital cost, gross.';
comment on column report.plan_budget.grant_cad is 'Grants, after the caps on projects.';
comment on column report.plan_budget.resale_cad is 'What removed equipment brings.';
comment on column report.plan_budget.grid_upgrade_cad is 'Grid upgrades.';
comment on column report.plan_budget.net_capex_cad is 'What the municipality pays: capital cost and grid upgrades less grants and resale.';
comment on column report.plan_budget.left_cad is 'Budget less net capital cost, at the end of the plan.';
comment on column report.plan_budget.opex_change_cad_per_year is 'Running cost that the plan adds.';
