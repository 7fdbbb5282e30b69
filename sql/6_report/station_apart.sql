-- needs: report.published_run, report.level, core.charging_station, core.station_port, core.site, core.planning_area, core.site_profile, audit.site_before
-- grain: one row per (run_id, site_id)

create view report.station_apart as

select
    -- the same in every query, whatever is filtered
    p.run_id * 10000000000 + c.site_id as station_apart_id,
    p.run_id,
    p.scenario_name,
    c.site_id,
    s.name,
    s.operator,
    o.address,
    o.city,
    o.owner_class,
    o.lon,
    o.lat,
    o.kw,
    a.name as planning_area,
    s.status_reason,
    s.status_as_of,
    s.status_note,
    s.access,
    s.access_hours,
    s.owner_type,
    s.owner_name,
    s.facility_kind,
    s.port_count,
    t.level as top_level,
    c.geom::geometry(Point, :metric_srid) as geom
from report.published_run as p
cross join core.charging_station as s
join core.site as c on c.site_key = s.station_key
join core.site_profile as o on o.site_id = c.site_id
left join core.planning_area as a on a.planning_area_id = c.planning_area_id
left join report.level as t on t.level_id = (
    select max(l.level_id) from core.station_port as k join report.level as l using (level) where k.station_key = s.station_key
)
where s.is_in_service
    -- with the locks that the run found: planners may have edited them since
    and exists (select from audit.site_before as b where b.run_id = p.run_id and b.site_id = c.site_id and not b.is_in_plan);

comment on view report.station_apart is
    'Stations in service that a published plan leaves out: by its scenario they neither count as coverage nor may be changed.';
comment on column report.station_apart.station_apart_id is 'Key for GIS clients: run and site.';
comment on column report.station_apart.run_id is 'The run.';
comment on column report.station_apart.scenario_name is 'Name of the scenario.';
comment on column report.station_apart.site_id is 'The site.';
comment on column report.station_apart.name is 'Name, untrusted text.';
comment on column report.station_apart.operator is 'Operator.';
comment on column report.station_apart.address is 'Where it is, for people: number and street, street, or coordinates; untrusted text.';
comment on column report.station_apart.city is 'Town of the nearest civic address; untrusted text.';
comment on column report.station_apart.owner_class is 'Whose land it is: public or private; null where no source tells.';
comment on column report.station_apart.lon is 'Longitude, degrees.';
comment on column report.station_apart.lat is 'Latitude, degrees.';
comment on column report.station_apart.kw is 'Power of its ports today; null where that of any is not known.';
comment on column report.station_apart.planning_area is 'Municipality or district.';
comment on column report.station_apart.status_reason is
    'stated, not_listed, registered_anew, older_list or other_list: core.station_status; null where there is nothing to say.';
comment on column report.station_apart.status_as_of is 'Day as of which it is in service, or not; null where unknown.';
comment on column report.station_apart.status_note is 'What the region file states of it, untrusted text.';
comment on column report.station_apart.access is 'public, customers, members, one_make or private; null when no feed tells.';
comment on column report.station_apart.access_hours is 'When it is open, untrusted text.';
comment on column report.station_apart.owner_type is 'municipal, government, utility, private or joint; null when unknown.';
comment on column report.station_apart.owner_name is 'Owner, where a feed or the name tells, untrusted text.';
comment on column report.station_apart.facility_kind is 'Kind of place, such as hotel; null when no feed tells.';
comment on column report.station_apart.port_count is 'Its ports, of all levels.';
comment on column report.station_apart.top_level is 'Level of the highest rank; null where no feed tells.';
comment on column report.station_apart.geom is 'Place.';
