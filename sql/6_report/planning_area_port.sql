-- needs: core.planning_area, core.site, core.site_port, report.level
-- grain: one row per (planning_area_id, level)

create view report.planning_area_port as

select
    a.planning_area_id * 100::bigint + l.level_id as planning_area_port_id,
    a.planning_area_id,
    a.name,
    l.level,
    count(distinct s.site_id)::integer as station_count,
    sum(p.port_count)::integer as port_count
from core.planning_area as a
join core.site as s on s.planning_area_id = a.planning_area_id and s.is_public
join core.site_port as p using (site_id)
join report.level as l using (level)
group by a.planning_area_id, a.name, l.level_id, l.level;

comment on view report.planning_area_port is 'Stations and ports of today in each municipality, by level.';
comment on column report.planning_area_port.planning_area_port_id is 'Key for GIS clients: municipality and level.';
comment on column report.planning_area_port.planning_area_id is 'The municipality.';
comment on column report.planning_area_port.name is 'Its name.';
comment on column report.planning_area_port.level is 'The level.';
comment on column report.planning_area_port.station_count is 'Stations in service with the level.';
comment on column report.planning_area_port.port_count is 'Their ports of the level.';
