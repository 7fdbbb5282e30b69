-- needs: audit.charger_port, audit.site_before
-- grain: one row per (run_id, phase, level, site_id) where ports stand

create view audit.port as

select p.run_id, p.scenario_id, p.phase, p.level, p.site_id, sum(p.port_count)::integer as port_count
from audit.charger_port as p
join audit.site_before as s on s.run_id = p.run_id and s.site_id = p.site_id and s.is_counted
group by p.run_id, p.scenario_id, p.phase, p.level, p.site_id;

comment on view audit.port is 'Ports of each level that stand at sites, before a plan and at the end of each of its phases.';
comment on column audit.port.run_id is 'The run.';
comment on column audit.port.scenario_id is 'Its resolved scenario.';
comment on column audit.port.phase is 'The phase, at its end; 0 for what stands before the plan.';
comment on column audit.port.level is 'The level.';
comment on column audit.port.site_id is 'The site: core.site; one that counts.';
comment on column audit.port.port_count is 'Its ports of the level, at least one.';
