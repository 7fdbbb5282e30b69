-- needs: report.published_run, report.run_charger, plan.decision, plan.decision_port
-- grain: one row per (decision_id, charger_type)

create view report.decision_port as

select
    -- the same in every query, whatever is filtered
    d.decision_id * 1000 + c.place as decision_port_id,
    p.run_id,
    p.scenario_name,
    d.decision_id,
    d.phase,
    d.site_id,
    d.site_name as name,
    d.action,
    t.charger_type,
    c.level,
    c.port_kw,
    t.port_count_before,
    t.port_count_after,
    (t.port_count_after - t.port_count_before) * c.port_kw as added_kw
from report.published_run as p
join plan.decision as d using (run_id)
join plan.decision_port as t on t.run_id = d.run_id and t.phase = d.phase and t.site_id = d.site_id
join report.run_charger as c on c.run_id = d.run_id and c.charger_type = t.charger_type;

comment on view report.decision_port is 'Ports of the projects of published plans, before and after: one row per project and charger type.';
comment on column report.decision_port.decision_port_id is 'Key for GIS clients: project and charger type.';
comment on column report.decision_port.run_id is 'The run.';
comment on column report.decision_port.scenario_name is 'Name of the scenario.';
comment on column report.decision_port.decision_id is 'The project, of report.decision.';
comment on column report.decision_port.phase is 'Phase of the project.';
comment on column report.decision_port.site_id is 'The site.';
comment on column report.decision_port.name is 'Name of the site at the time, untrusted text.';
comment on column report.decision_port.action is 'expand, upgrade, build or remove.';
comment on column report.decision_port.charger_type is 'The charger type.';
comment on column report.decision_port.level is 'Its level.';
comment on column report.decision_port.port_kw is 'Power of a port.';
comment on column report.decision_port.port_count_before is 'Its ports before the plan.';
comment on column report.decision_port.port_count_after is 'Its ports after it.';
comment on column report.decision_port.added_kw is 'Change of its power.';
