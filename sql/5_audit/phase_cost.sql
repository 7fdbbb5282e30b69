-- needs: audit.audited_run, audit.decision_price, audit.application, plan.scenario_phase, plan.scenario_grid_upgrade,
--   plan.grid_upgrade
-- grain: one row per (run_id, phase)

create view audit.phase_cost as

select
    a.run_id, f.phase, w.capex_cad, w.resale_cad, s.grant_cad, g.grid_upgrade_cad,
    w.capex_cad - w.resale_cad - s.grant_cad + g.grid_upgrade_cad as net_cad,
    w.opex_change_cad_per_year
from audit.audited_run as a
join plan.scenario_phase as f on f.scenario_id = a.scenario_id
cross join lateral (
    select
        coalesce(sum(p.capex_cad), 0) as capex_cad, coalesce(sum(p.resale_cad), 0) as resale_cad,
        coalesce(sum(p.opex_change_cad_per_year), 0) as opex_change_cad_per_year
    from audit.decision_price as p where p.run_id = a.run_id and p.phase = f.phase
) as w
cross join lateral (
    select coalesce(sum(p.granted_cad), 0) as grant_cad
    from audit.application as p where p.run_id = a.run_id and p.phase = f.phase
) as s
cross join lateral (
    select coalesce(sum(q.cost_cad), 0) as grid_upgrade_cad
    from plan.grid_upgrade as b
    join plan.scenario_grid_upgrade as q on q.scenario_id = a.scenario_id and q.step = b.step
    where b.run_id = a.run_id and b.phase = f.phase
) as g;

comment on view audit.phase_cost is 'What each phase of a plan costs, from ports, prices, programs and the grid upgrades that are bought.';
comment on column audit.phase_cost.run_id is 'The run.';
comment on column audit.phase_cost.phase is 'The phase.';
comment on column audit.phase_cost.capex_cad is 'Capital cost, gross.';
comment on column audit.phase_cost.resale_cad is 'What removed equipment brings.';
comment on column audit.phase_cost.grant_cad is 'What the programs give.';
comment on column audit.phase_cost.grid_upgrade_cad is 'Price of grid upgrades.';
comment on column audit.phase_cost.net_cad is 'Capital cost and grid upgrades less grants and resale.';
comment on column audit.phase_cost.opex_change_cad_per_year is 'Running cost that the projects of the phase add.';
