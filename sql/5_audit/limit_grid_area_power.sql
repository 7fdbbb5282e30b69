-- needs: audit.grid_load, audit.audited_run, plan.scenario_rule
-- grain: one row per (run_id, subject)

create view audit.limit_grid_area_power as

select
    a.run_id, format('grid node %s, phase %s', e.grid_node_id, e.phase) as subject, 'grid_area_power' as code,
    jsonb_build_object('grid_node_id', e.grid_node_id, 'phase', e.phase) as value,
    e.remaining_kw + e.grid_upgrade_kw as expected, case when e.is_over_curve then greatest(e.added_kw, e.curve_kw) else e.added_kw end as found,
    e.added_kw > e.remaining_kw + e.grid_upgrade_kw + 1e-3 or e.is_over_curve as is_violated
from audit.audited_run as a
join plan.scenario_rule as u on u.scenario_id = a.scenario_id and u.rule = 'grid_area_power' and u.is_on
join audit.grid_load as e on e.run_id = a.run_id;

comment on view audit.limit_grid_area_power is 'Nodes of the grid with the power that they gain by each phase and have room for.';
comment on column audit.limit_grid_area_power.run_id is 'The run.';
comment on column audit.limit_grid_area_power.subject is 'The node of the grid and phase, as the key that plan.run_constraint_slack has.';
comment on column audit.limit_grid_area_power.code is 'What would be broken: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.limit_grid_area_power.value is 'The same in names and numbers: what the sentence takes beside expected and found.';
comment on column audit.limit_grid_area_power.expected is 'Hosting capacity with grid upgrades, kW.';
comment on column audit.limit_grid_area_power.found is 'Power that is added, as the rule counts it, kW; by the ports that stand where only that is too much.';
comment on column audit.limit_grid_area_power.is_violated is 'True where the plan breaks the rule.';
