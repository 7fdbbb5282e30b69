-- needs: report.published_run, report.plan_layout, plan.decision, core.site_profile
-- grain: one row per (decision_id)

create view report.decision as

select
    d.decision_id,
    p.run_id,
    p.scenario_name,
    d.phase,
    d.site_id,
    d.site_name as name,
    d.option_id,
    d.action,
    coalesce(l.ports_before, '') as ports_before,
    coalesce(l.ports_after, '') as ports_after,
    coalesce(l.port_count_before, 0) as port_count_before,
    coalesce(l.port_count_after, 0) as port_count_after,
    l.top_level_before,
    l.top_level_after,
    coalesce(l.kw_before, 0) as kw_before,
    coalesce(l.kw_after, 0) as kw_after,
    d.equipment_cad,
    d.installation_cad,
    d.connection_cad,
    d.soft_cost_cad,
    d.contingency_cad,
    d.dismantling_cad,
    d.capex_cad,
    d.grant_cad,
    d.resale_cad,
    d.capex_cad - d.grant_cad - d.resale_cad as net_capex_cad,
    d.opex_change_cad_per_year,
    d.added_kw,
    o.address,
    o.city,
    o.owner_class,
    o.lon,
    o.lat,
    d.geom::geometry(Point, :metric_srid) as geom
from report.published_run as p
join plan.decision as d using (run_id)
left join core.site_profile as o on o.site_id = d.site_id
left join report.plan_layout as l on l.run_id = d.run_id and l.site_id = d.site_id;

comment on view report.decision is 'The projects of the published plans: one point per site that changes; report.decision_port has its ports in rows.';
comment on column report.decision.decision_id is 'Number of the decision.';
comment on column report.decision.run_id is 'The run.';
comment on column report.decision.scenario_name is 'Name of the scenario.';
comment on column report.decision.phase is 'The phase of the project.';
comment on column report.decision.site_id is 'The site.';
comment on column report.decision.name is 'Name of the site at the time, untrusted text.';
comment on column report.decision.option_id is 'The option; a lock of kind fix_option may name it.';
comment on column report.decision.action is 'expand, upgrade, build or remove.';
comment on column report.decision.ports_before is 'Ports before the plan as charger_type=count, joined by +; empty for none.';
comment on column report.decision.ports_after is 'Ports after it, likewise.';
comment on column report.decision.port_count_before is 'All ports before the plan.';
comment on column report.decision.port_count_after is 'All ports after it.';
comment on column report.decision.top_level_before is 'Level of the highest rank before the plan; null without ports.';
comment on column report.decision.top_level_after is 'Level of the highest rank after it; null without ports.';
comment on column report.decision.kw_before is 'Power of all ports before the plan.';
comment on column report.decision.kw_after is 'Power of all ports after it.';
comment on column report.decision.equipment_cad is 'New equipment.';
comment on column report.decision.installation_cad is 'Its installation, civil works and make-ready.';
comment on column report.decision.connection_cad is 'Connection, transformer and line.';
comment on column report.decision.soft_cost_cad is 'Design, permits, supervision.';
comment on column report.decision.contingency_cad is 'Reserve.';
comment on column report.decision.dismantling_cad is 'Taking down what goes.';
comment on column report.decision.capex_cad is 'Capital cost, gross.';
comment on column report.decision.grant_cad is 'Grants, after the caps on projects.';
comment on column report.decision.resale_cad is 'What removed equipment brings.';
comment on column report.decision.net_capex_cad is 'Capital cost less grants and resale.';
comment on column report.decision.opex_change_cad_per_year is 'Change of the running cost.';
comment on column report.decision.added_kw is 'Change of the connected power.';
comment on column report.decision.address is 'Where it is, for people: number and street, street, or coordinates; untrusted text.';
comment on column report.decision.city is 'Town of the nearest civic address; untrusted text.';
comment on column report.decision.owner_class is 'Whose land it is: public or private; null where no source tells.';
comment on column report.decision.lon is 'Longitude, degrees.';
comment on column report.decision.lat is 'Latitude, degrees.';
comment on column report.decision.geom is 'Place.';
