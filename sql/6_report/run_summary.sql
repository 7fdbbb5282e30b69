-- needs: plan.run, plan.decision, plan.run_audit, plan.scenario_rule, model.scenario, report.adopted_run, core.region
-- grain: one row per (run_id)

create view report.run_summary as

select
    r.run_id,
    s.name as scenario_name,
    g.title as region_title,
    g.is_synthetic,
    g.currency,
    r.status,
    r.publication,
    c.run_id is not null as is_adopted,
    c.adopted_at,
    r.objective,
    r.dual_bound,
    r.mip_gap,
    r.solver,
    r.solver_version,
    r.capex_cad,
    r.net_capex_cad,
    d.grant_cad,
    d.resale_cad,
    coalesce(r.grid_upgrade_cad, 0) as grid_upgrade_cad,
    d.opex_change_cad_per_year,
    d.expand_count,
    d.upgrade_count,
    d.build_count,
    d.remove_count,
    a.audit_rule_count,
    a.audit_rule_on_count,
    a.audit_figure_count,
    a.audit_violation_count,
    r.work_out_s,
    r.read_s,
    r.build_s,
    r.solve_s,
    r.write_s,
    r.audit_s,
    r.parent_run_id,
    r.message,
    r.started_at,
    r.finished_at
from plan.run as r
join model.scenario as s using (scenario_id)
cross join core.region as g
left join report.adopted_run as c on c.run_id = r.run_id and c.generation = 0
cross join lateral (
    select
        coalesce(sum(grant_cad), 0) as grant_cad,
        coalesce(sum(resale_cad), 0) as resale_cad,
        coalesce(sum(opex_change_cad_per_year), 0) as opex_change_cad_per_year,
        count(*) filter (where action = 'expand')::integer as expand_count,
        count(*) filter (where action = 'upgrade')::integer as upgrade_count,
        count(*) filter (where action = 'build')::integer as build_count,
        count(*) filter (where action = 'remove')::integer as remove_count
    from plan.decision
    where decision.run_id = r.run_id
) as d
cross join lateral (
    select
        count(u.rule)::integer as audit_rule_count,
        count(u.rule) filter (where u.is_on)::integer as audit_rule_on_count,
        (count(*) - count(u.rule))::integer as audit_figure_count,
        sum(violation_count)::integer as audit_violation_count
    from plan.run_audit
    left join plan.scenario_rule as u on u.scenario_id = r.scenario_id and u.rule = run_audit.rule
    where run_audit.run_id = r.run_id
) as a;

comment on view report.run_summary is 'Every run on the current load in one row each.';
comment on column report.run_summary.run_id is 'The run.';
comment on column report.run_summary.scenario_name is 'Name of the scenario.';
comment on column report.run_summary.region_title is 'The region.';
comment on column report.run_summary.is_synthetic is 'True when the region is made up.';
comment on column report.run_summary.currency is 'Currency of all sums, as ISO 4217 has it; columns named _cad hold it too.';
comment on column report.run_summary.status is 'running, optimal, feasible (stopped early), infeasible, no_plan, interrupted or failed.';
comment on column report.run_summary.publication is 'pending, published, kept (sound, but its gap is too wide to publish), rejected or none.';
comment on column report.run_summary.is_adopted is 'True for the adopted plan of the region: what maps, page and service show.';
comment on column report.run_summary.adopted_at is 'When it was adopted; null for all others.';
comment on column report.run_summary.objective is 'Value of the plan; higher is better.';
comment on column report.run_summary.dual_bound is 'No plan can be better than this.';
comment on column report.run_summary.mip_gap is 'How much better a plan could be at most, as a share of the objective.';
comment on column report.run_summary.solver is 'Solver.';
comment on column report.run_summary.solver_version is 'Its version.';
comment on column report.run_summary.capex_cad is 'Capital cost, gross.';
comment on column report.run_summary.net_capex_cad is 'What the municipality pays: capital cost and grid upgrades less grants and resale.';
comment on column report.run_summary.grant_cad is 'Grants, after the caps on projects.';
comment on column report.run_summary.resale_cad is 'What removed equipment brings.';
comment on column report.run_summary.grid_upgrade_cad is 'Cost of grid upgrades.';
comment on column report.run_summary.opex_change_cad_per_year is 'Running cost that the plan adds.';
comment on column report.run_summary.expand_count is 'Stations that get more ports.';
comment on column report.run_summary.upgrade_count is 'Stations whose ports give way to those of another charger type.';
comment on column report.run_summary.build_count is 'New stations.';
comment on column report.run_summary.remove_count is 'Stations removed.';
comment on column report.run_summary.audit_rule_count is 'Rules that the audit looked at.';
comment on column report.run_summary.audit_rule_on_count is 'Those of them that the plan has to keep.';
comment on column report.run_summary.audit_figure_count is 'Groups of figures that it recomputed.';
comment on column report.run_summary.audit_violation_count is 'Violations that it found; null when there was no audit.';
comment on column report.run_summary.work_out_s is 'Seconds to work out what the scenario offers and asks for.';
comment on column report.run_summary.read_s is 'Seconds to read.';
comment on column report.run_summary.build_s is 'Seconds to build the model.';
comment on column report.run_summary.solve_s is 'Seconds to solve it.';
comment on column report.run_summary.write_s is 'Seconds to write the plan.';
comment on column report.run_summary.audit_s is 'Seconds to audit it.';
comment on column report.run_summary.parent_run_id is 'The run that this one varies, if any.';
comment on column report.run_summary.message is 'What there is to say.';
comment on column report.run_summary.started_at is 'When it began.';
comment on column report.run_summary.finished_at is 'When it ended.';
