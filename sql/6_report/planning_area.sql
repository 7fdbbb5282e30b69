-- needs: core.planning_area, core.demand_cell, core.site, core.site_port
-- grain: one row per (planning_area_id)

create view report.planning_area as

select
    a.planning_area_id,
    a.name,
    c.population,
    c.ev_count,
    s.station_count,
    s.port_count,
    a.geom::geometry(MultiPolygon, :metric_srid) as geom
from core.planning_area as a
cross join lateral (
    select coalesce(sum(population), 0) as population, coalesce(sum(ev_count), 0) as ev_count
    from core.demand_cell
    where demand_cell.planning_area_id = a.planning_area_id
) as c
cross join lateral (
    select
        count(distinct t.site_id)::integer as station_count,
        coalesce(sum(p.port_count), 0)::integer as port_count
    from core.site as t
    left join core.site_port as p using (site_id)
    where t.planning_area_id = a.planning_area_id and t.is_public
) as s;

comment on view report.planning_area is 'Municipalities (or whatever areas the region plans by) with their people, vehicles and stations of today.';
comment on column report.planning_area.planning_area_id is 'Number of the area.';
comment on column report.planning_area.name is 'Name.';
comment on column report.planning_area.population is 'People.';
comment on column report.planning_area.ev_count is 'Electric vehicles.';
comment on column report.planning_area.station_count is 'Stations in service.';
comment on column report.planning_area.port_count is 'Their ports; report.planning_area_port has them by level.';
comment on column report.planning_area.geom is 'Outline.';
