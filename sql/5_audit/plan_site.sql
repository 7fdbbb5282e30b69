-- needs: audit.site_before, plan.scenario_phase, plan.decision
-- grain: one row per (run_id, phase, site_id)

create view audit.plan_site as

select
    s.run_id,
    s.scenario_id,
    p.phase,
    s.site_id,
    s.is_existing,
    s.l2_port_count as l2_port_count_before,
    s.l3_port_count as l3_port_count_before,
    coalesce(d.l2_port_count_after, s.l2_port_count) as l2_port_count_after,
    coalesce(d.l3_port_count_after, s.l3_port_count) as l3_port_count_after
from audit.site_before as s
join plan.scenario_phase as p on p.scenario_id = s.scenario_id
left join plan.decision as d on d.run_id = s.run_id and d.site_id = s.site_id and d.phase <= p.phase;

comment on view audit.plan_site is 'Ports at every site before a plan and at the end of each of its phases, candidates included.';
comment on column audit.plan_site.run_id is 'The run.';
comment on column audit.plan_site.scenario_id is 'Its resolved scenario.';
comment on column audit.plan_site.phase is 'The phase, at its end.';
comment on column audit.plan_site.site_id is 'The site: core.site.';
comment on column audit.plan_site.is_existing is 'True when a station stood there before the plan.';
comment on column audit.plan_site.l2_port_count_before is 'Level 2 ports before the plan.';
comment on column audit.plan_site.l3_port_count_before is 'Level 3 ports before the plan.';
comment on column audit.plan_site.l2_port_count_after is 'Level 2 ports at the end of the phase.';
comment on column audit.plan_site.l3_port_count_after is 'Level 3 ports at the end of the phase.';
