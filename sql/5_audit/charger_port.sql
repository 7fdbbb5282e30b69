-- needs: audit.audited_run, audit.site_port, plan.scenario, plan.scenario_phase, plan.scenario_charger, plan.decision,
--   plan.decision_port
-- grain: one row per (run_id, phase, site_id, charger_type) where ports stand, of a sound plan

create table audit.charger_port as

with phase as not materialized (
    select a.run_id, p.scenario_id, p.phase
    from audit.audited_run as a
    join (select scenario_id, phase from plan.scenario_phase union all select scenario_id, 0 from plan.scenario) as p
        on p.scenario_id = a.scenario_id
)

select k.run_id, k.scenario_id, k.phase, k.site_id, c.level, k.charger_type, k.port_count
from (
    select p.run_id, p.scenario_id, p.phase, s.site_id, s.charger_type, s.port_count
    from phase as p
    join audit.site_port as s on s.run_id = p.run_id
    where not exists (
        select from plan.decision as d where d.run_id = p.run_id and d.site_id = s.site_id and d.phase <= p.phase
    )
    union all
    select p.run_id, p.scenario_id, p.phase, d.site_id, d.charger_type, d.port_count_after
    from phase as p
    join plan.decision_port as d on d.run_id = p.run_id and d.phase <= p.phase
    where d.port_count_after > 0
) as k
join plan.scenario_charger as c on c.scenario_id = k.scenario_id and c.charger_type = k.charger_type;

create index on audit.charger_port (run_id, site_id);

comment on table audit.charger_port is 'Ports of each charger type that stand at sites, before a plan and at the end of each of its phases.';
comment on column audit.charger_port.run_id is 'The run.';
comment on column audit.charger_port.scenario_id is 'Its resolved scenario.';
comment on column audit.charger_port.phase is 'The phase, at its end; 0 for what stands before the plan.';
comment on column audit.charger_port.site_id is 'The site: core.site.';
comment on column audit.charger_port.level is 'The level of the charger type.';
comment on column audit.charger_port.charger_type is 'The charger type.';
comment on column audit.charger_port.port_count is 'Its ports of the type, at least one.';
