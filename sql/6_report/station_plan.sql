-- needs: report.published_run, report.plan_layout, audit.site_before, plan.decision, core.site, core.charging_station, core.planning_area,
--   core.site_profile
-- grain: one row per (run_id, site_id)

create view report.station_plan as

select
    -- the same in every query, whatever is filtered
    p.run_id * 10000000000 + s.site_id as station_plan_id,
    p.run_id,
    p.scenario_name,
    s.site_id,
    coalesce(d.site_name, c.name) as name,
    c.operator,
    c.access,
    c.owner_type,
    k.status_reason,
    k.status_as_of,
    k.status_note,
    s.is_counted,
    s.is_changeable,
    a.name as planning_area,
    coalesce(d.action, 'keep') as action,
    d.phase,
    coalesce(l.ports_before, '') as ports_before,
    coalesce(l.ports_after, '') as ports_after,
    coalesce(l.port_count_before, 0) as port_count_before,
    coalesce(l.port_count_after, 0) as port_count_after,
    l.top_level_before,
    l.top_level_after,
    coalesce(l.kw_before, 0) as kw_before,
    coalesce(l.kw_after, 0) as kw_after,
    coalesce(d.equipment_cad, 0) as equipment_cad,
    coalesce(d.installation_cad, 0) as installation_cad,
    coalesce(d.connection_cad, 0) as connection_cad,
    coalesce(d.soft_cost_cad, 0) as soft_cost_cad,
    coalesce(d.contingency_cad, 0) as contingency_cad,
    coalesce(d.dismantling_cad, 0) as dismantling_cad,
    coalesce(d.capex_cad, 0) as capex_cad,
    coalesce(d.grant_cad, 0) as grant_cad,
    coalesce(d.resale_cad, 0) as resale_cad,
    coalesce(d.capex_cad - d.grant_cad - d.resale_cad, 0) as net_capex_cad,
    coalesce(d.opex_change_cad_per_year, 0) as opex_change_cad_per_year,
    coalesce(d.added_kw, 0) as added_kw,
    o.address,
    o.city,
    o.owner_class,
    o.lon,
    o.lat,
    c.geom::geometry(Point, :metric_srid) as geom
from report.published_run as p
-- with the locks that the run found: planners may have edited them since
join audit.site_before as s on s.run_id = p.run_id and s.is_in_plan
join core.site as c on c.site_id = s.site_id
join core.site_profile as o on o.site_id = s.site_id
left join core.charging_station as k on k.station_key = c.site_key
left join core.planning_area as a on a.planning_area_id = c.planning_area_id
left join plan.decision as d on d.run_id = p.run_id and d.site_id = s.site_id
left join report.plan_layout as l on l.run_id = p.run_id and l.site_id = s.site_id
where s.is_existing or d.decision_id is not null;

comment on view report.station_plan is 'What each published plan does where: every station that stands there before, and every site that changes.';
comment on column report.station_plan.station_plan_id is 'Key for GIS clients: run and site.';
comment on column report.station_plan.run_id is 'The run.';
comment on column report.station_plan.scenario_name is 'Name of the scenario.';
comment on column report.station_plan.site_id is 'The site.';
comment on column report.station_plan.name is 'Name, untrusted text.';
comment on column report.station_plan.operator is 'Operator of an existing station, untrusted text.';
comment on column report.station_plan.access is 'Who may use a station: public, customers, members, one_make or private; null for a candidate, and when no feed tells.';
comment on column report.station_plan.owner_type is 'Owner of a station: municipal, government, utility, private or joint; null for a candidate, and when unknown.';
comment on column report.station_plan.status_reason is
    'stated, not_listed, registered_anew, older_list or other_list: core.station_status; null where there is nothing to say.';
comment on column report.station_plan.status_as_of is 'Day as of which it is in service, or not; null where unknown.';
comment on column report.station_plan.status_note is 'What the region file states of it, untrusted text.';
comment on column report.station_plan.is_counted is 'True where what stands there covers demand.';
comment on column report.station_plan.is_changeable is 'True where the plan may change it.';
comment on column report.station_plan.planning_area is 'Municipality.';
comment on column report.station_plan.action is 'keep, expand, upgrade, build or remove.';
comment on column report.station_plan.phase is 'Phase of the project; null for keep.';
comment on column report.station_plan.ports_before is 'Ports before the plan as charger_type=count, joined by +; empty for none.';
comment on column report.station_plan.ports_after is 'Ports after it, likewise.';
comment on column report.station_plan.port_count_before is 'All ports before the plan.';
comment on column report.station_plan.port_count_after is 'All ports after it.';
comment on column report.station_plan.top_level_before is 'Level of the highest rank before the plan; null without ports.';
comment on column report.station_plan.top_level_after is 'Level of the highest rank after it; null without ports.';
comment on column report.station_plan.kw_before is 'Power of all ports before the plan.';
comment on column report.station_plan.kw_after is 'Power of all ports after it.';
comment on column report.station_plan.equipment_cad is 'New equipment.';
comment on column report.station_plan.installation_cad is 'Its installation, civil works and make-ready.';
comment on column report.station_plan.connection_cad is 'Connection, transformer and line.';
comment on column report.station_plan.soft_cost_cad is 'Design, permits, supervision.';
comment on column report.station_plan.contingency_cad is 'Reserve.';
comment on column report.station_plan.dismantling_cad is 'Taking down what goes.';
comment on column report.station_plan.capex_cad is 'Capital cost, gross.';
comment on column report.station_plan.grant_cad is 'Grants.';
comment on column report.station_plan.resale_cad is 'What removed equipment brings.';
comment on column report.station_plan.net_capex_cad is 'Capital cost less grants and resale.';
comment on column report.station_plan.opex_change_cad_per_year is 'Change of the running cost.';
comment on column report.station_plan.added_kw is 'Change of the connected power.';
comment on column report.station_plan.address is 'Where it is, for people: number and street, street, or coordinates; untrusted text.';
comment on column report.station_plan.city is 'Town of the nearest civic address; untrusted text.';
comment on column report.station_plan.owner_class is 'Whose land it is: public or private; null where no source tells.';
comment on column report.station_plan.lon is 'Longitude, degrees.';
comment on column report.station_plan.lat is 'Latitude, degrees.';
comment on column report.station_plan.geom is 'Place.';
