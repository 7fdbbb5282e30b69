-- needs: plan.run, plan.decision, plan.grid_upgrade, model.scenario, model.phase
-- grain: one row per (run_id, phase)

create view report.phase_budget as

with spent as (
    select
        r.run_id, s.name as scenario_name, s.is_budget_carried_over, p.phase, p.year, p.title_en, p.title_fr, p.budget_cad,
        d.equipment_cad, d.installation_cad, d.connection_cad, d.soft_cost_cad, d.contingency_cad, d.dismantling_cad,
        d.capex_cad, d.grant_cad, d.resale_cad, b.grid_upgrade_cad,
        d.capex_cad - d.grant_cad - d.resale_cad + b.grid_upgrade_cad as net_capex_cad,
        d.opex_change_cad_per_year, p.opex_limit_cad_per_year
    from plan.run as r
    join model.scenario as s using (scenario_id)
    join model.phase as p using (scenario_id)
    cross join lateral (
        select
            coalesce(sum(equipment_cad), 0) as equipment_cad,
            coalesce(sum(installation_cad), 0) as installation_cad,
            coalesce(sum(connection_cad), 0) as connection_cad,
            coalesce(sum(soft_cost_cad), 0) as soft_cost_cad,
            coalesce(sum(contingency_cad), 0) as contingency_cad,
            coalesce(sum(dismantling_cad), 0) as dismantling_cad,
            coalesce(sum(capex_cad), 0) as capex_cad,
            coalesce(sum(grant_cad), 0) as grant_cad,
            coalesce(sum(resale_cad), 0) as resale_cad,
            coalesce(sum(opex_change_cad_per_year), 0) as opex_change_cad_per_year
        from plan.decision
        where decision.run_id = r.run_id and decision.phase = p.phase
    ) as d
    cross join lateral (
        select coalesce(sum(cost_cad), 0) as grid_upgrade_cad
        from plan.grid_upgrade
        where grid_upgrade.run_id = r.run_id and grid_upgrade.phase = p.phase
    ) as b
    where r.publication = 'published'
)

select
    row_number() over (order by run_id, phase) as phase_budget_id,
    run_id, scenario_name, phase, year, title_en, title_fr, budget_cad,
    case when is_budget_carried_over then coalesce(sum(budget_cad - net_capex_cad) over earlier, 0) else 0 end as carried_in_cad,
    equipment_cad, installation_cad, connection_cad, soft_cost_cad, contingency_cad, dismantling_cad,
    capex_cad, grant_cad, resale_cad, grid_upgrade_cad, net_capex_cad,
    budget_cad - net_capex_cad
        + case when is_budget_carried_over then coalesce(sum(budget_cad - net_capex_cad) over earlier, 0) else 0 end as left_cad,
    opex_change_cad_per_year,
    sum(opex_change_cad_per_year) over (partition by run_id order by phase) as opex_added_cad_per_year,
    opex_limit_cad_per_year
from spent
window earlier as (partition by run_id order by phase rows between unbounded preceding and 1 preceding);

comment on view report.phase_budget is 'Money of each phase of a published plan: what there is, what is spent, what is left.';
comment on column report.phase_budget.phase_budget_id is 'Key for GIS clients.';
comment on column report.phase_budget.run_id is 'The run.';
comment on column report.phase_budget.scenario_name is 'Name of the scenario.';
comment on column report.phase_budget.phase is 'The phase.';
comment on column report.phase_budget.year is 'Calendar year of its projects.';
comment on column report.phase_budget.title_en is 'What the phase is for, in English.';
comment on column report.phase_budget.title_fr is 'What the phase is for, in French.';
comment on column report.phase_budget.budget_cad is 'Money for the phase.';
comment on column report.phase_budget.carried_in_cad is 'Money that earlier phases of the plan left; 0 where it does not carry over.';
comment on column report.phase_budget.equipment_cad is 'New equipment.';
comment on column report.phase_budget.installation_cad is 'Its installation, civil works and make-ready.';
comment on column report.phase_budget.connection_cad is 'Connection, transformer and line.';
comment on column report.phase_budget.soft_cost_cad is 'Design, permits, supervision.';
comment on column report.phase_budget.contingency_cad is 'Reserve.';
comment on column report.phase_budget.dismantling_cad is 'Taking down what goes.';
comment on column report.phase_budget.capex_cad is 'Capital cost, gross.';
comment on column report.phase_budget.grant_cad is 'Grants, after the caps on projects.';
comment on column report.phase_budget.resale_cad is 'What removed equipment brings.';
comment on column report.phase_budget.grid_upgrade_cad is 'Grid upgrades.';
comment on column report.phase_budget.net_capex_cad is 'What the municipality pays: capital cost and grid upgrades less grants and resale.';
comment on column report.phase_budget.left_cad is 'Budget, with what was carried in, less net capital cost.';
comment on column report.phase_budget.opex_change_cad_per_year is 'Running cost that the projects of the phase add.';
comment on column report.phase_budget.opex_added_cad_per_year is 'Running cost that all projects up to its end add.';
comment on column report.phase_budget.opex_limit_cad_per_year is 'Most running cost that may have been added; null for no limit. It binds under rule opex_limit.';
