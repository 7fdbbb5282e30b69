-- needs: audit.site_before, plan.scenario, plan.scenario_phase, plan.scenario_level, plan.decision
-- grain: one row per (run_id, phase, level, site_id) where ports stand

create view audit.port as

select s.run_id, s.scenario_id, p.phase, l.level, s.site_id, k.port_count
from audit.site_before as s
join (select scenario_id, phase from plan.scenario_phase union all select scenario_id, 0 from plan.scenario) as p
    on p.scenario_id = s.scenario_id
join plan.scenario_level as l on l.scenario_id = s.scenario_id
left join plan.decision as d on d.run_id = s.run_id and d.site_id = s.site_id and d.phase <= p.phase
cross join lateral (
    select case l.level
        when 'L2' then coalesce(d.l2_port_count_after, s.l2_port_count)
        else coalesce(d.l3_port_count_after, s.l3_port_count)
    end as port_count
) as k
where k.port_count > 0;

comment on view audit.port is 'Ports of each level that stand at sites, before a plan and at the end of each of its phases.';
comment on column audit.port.run_id is 'The run.';
comment on column audit.port.scenario_id is 'Its resolved scenario.';
comment on column audit.port.phase is 'The phase, at its end; 0 for what stands before the plan.';
comment on column audit.port.level is 'The level.';
comment on column audit.port.site_id is 'The site: core.site.';
comment on column audit.port.port_count is 'Its ports of the level, at least one.';
