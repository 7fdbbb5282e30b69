-- needs: audit.audited_run, plan.decision, plan.scenario_station, core.site, core.charging_station, core.site_fact, core.planning_area,
--   core.demand_cell, core.site_grant_area
-- grain: one row per (run_id, site_id)

create view audit.grant_site as

select
    d.run_id,
    d.site_id,
    c.planning_area_id,
    p.name as planning_area,
    (select nullif(sum(n.population), 0) from core.demand_cell as n where n.planning_area_id = c.planning_area_id) as population,
    array(select g.area_kind from core.site_grant_area as g where g.site_id = d.site_id order by g.area_kind) as area_kinds,
    -- a new station is the planner's, open to the public, and as its place is
    case
        when c.is_existing then array(select c.owner_type where c.owner_type is not null)
        else array(select o from unnest(t.owned_owner_types) as o where o <> 'unknown')
    end as owner_types,
    case when c.is_existing then c.access else 'public' end as access,
    case
        when c.is_existing then o.is_open_all_day
        else (select lower(btrim(f.value_text)) = '24/7' from core.site_fact as f where f.site_id = d.site_id and f.fact = 'opening_hours')
    end as is_open_all_day
from audit.audited_run as a
join plan.scenario_station as t on t.scenario_id = a.scenario_id
join (select distinct run_id, site_id from plan.decision) as d on d.run_id = a.run_id
join core.site as c on c.site_id = d.site_id
left join core.charging_station as o on o.station_key = c.site_key
left join core.planning_area as p on p.planning_area_id = c.planning_area_id;

comment on view audit.grant_site is 'What clauses of grant programs ask about the sites of decisions.';
comment on column audit.grant_site.run_id is 'The run.';
comment on column audit.grant_site.site_id is 'The site.';
comment on column audit.grant_site.planning_area_id is 'Its planning area.';
comment on column audit.grant_site.planning_area is 'Name of the planning area.';
comment on column audit.grant_site.population is 'People of the planning area; null where none are known.';
comment on column audit.grant_site.area_kinds is 'Kinds of grant areas in which it lies.';
comment on column audit.grant_site.owner_types is 'Owner of the station, of a new one the planner; empty where not known.';
comment on column audit.grant_site.access is 'Who may use the station; null where not known.';
comment on column audit.grant_site.is_open_all_day is 'It is open day and night; null where not known.';
