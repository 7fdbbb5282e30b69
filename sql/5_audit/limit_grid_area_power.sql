-- needs: audit.grid_load, audit.audited_run, plan.scenario_rule
-- grain: one row per (run_id, subject)

create view audit.limit_grid_area_power as

select
    a.run_id, format('grid area %s, phase %s', e.grid_area_id, e.phase) as subject,
    e.remaining_kw + e.grid_upgrade_kw as expected, e.added_kw as found,
    e.added_kw > e.remaining_kw + e.grid_upgrade_kw + 1e-3 as is_violated,
    format('Grid area %s has room for %s kW; it gains %s by phase %s.', e.grid_area_id,
        round((e.remaining_kw + e.grid_upgrade_kw)::numeric, 2), round(e.added_kw::numeric, 2), e.phase) as message
from audit.audited_run as a
join plan.scenario_rule as u on u.scenario_id = a.scenario_id and u.rule = 'grid_area_power' and u.is_on
join audit.grid_load as e on e.run_id = a.run_id;

comment on view audit.limit_grid_area_power is 'Grid areas with the power that they gain by each phase and have room for.';
comment on column audit.limit_grid_area_power.run_id is 'The run.';
comment on column audit.limit_grid_area_power.subject is 'The grid area and phase.';
comment on column audit.limit_grid_area_power.expected is 'Hosting capacity with grid upgrades, kW.';
comment on column audit.limit_grid_area_power.found is 'Power that is added, kW.';
comment on column audit.limit_grid_area_power.is_violated is 'True where the plan breaks the rule.';
comment on column audit.limit_grid_area_power.message is 'The violation in words.';
