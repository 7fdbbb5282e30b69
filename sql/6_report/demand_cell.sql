-- needs: core.demand_cell, core.planning_area, analysis.transit_access, analysis.station_access, analysis.cell_share
-- grain: one row per (cell_id)

create view report.demand_cell as

select
    c.cell_id,
    a.name as planning_area,
    c.population,
    c.population / (st_area(c.geom) / 1e6) as population_per_km2,
    c.ev_count,
    c.ev_count / (st_area(c.geom) / 1e6) as ev_per_km2,
    c.dwelling_count,
    c.apartment_count,
    coalesce(t.stop_count, 0) as stop_count,
    coalesce(t.departure_per_h, 0) as departure_per_h,
    i.port_per_person * 1000 as port_per_1000_person,
    i.station_age_year,
    i.is_age_assumed,
    h.ev_share,
    h.population_share,
    h.transit_share,
    h.infrastructure_quality_share,
    h.infrastructure_age_share,
    c.geom::geometry(Polygon, :metric_srid) as geom
from core.demand_cell as c
left join core.planning_area as a using (planning_area_id)
left join analysis.transit_access as t on t.place_kind = 'cell' and t.place_id = c.cell_id
left join analysis.station_access as i using (cell_id)
left join analysis.cell_share as h using (cell_id);

comment on view report.demand_cell is 'Hexagons with the people, vehicles and transit in them, and how far the nearest station of today is.';
comment on column report.demand_cell.cell_id is 'The hexagon.';
comment on column report.demand_cell.planning_area is 'Municipality.';
comment on column report.demand_cell.population is 'People.';
comment on column report.demand_cell.population_per_km2 is 'People per square kilometre.';
comment on column report.demand_cell.ev_count is 'Electric vehicles, as shared out to hexagons.';
comment on column report.demand_cell.ev_per_km2 is 'Electric vehicles per square kilometre.';
comment on column report.demand_cell.dwelling_count is 'Dwellings.';
comment on column report.demand_cell.apartment_count is 'Dwellings in apartment buildings.';
comment on column report.demand_cell.stop_count is 'Transit stops within a walk.';
comment on column report.demand_cell.departure_per_h is 'Transit departures within a walk, the nearer the stop the more they count.';
comment on column report.demand_cell.port_per_1000_person is 'Ports within the longest road distance, each shared among the people within it, in ports of the slowest level per 1,000 people: infrastructure quality.';
comment on column report.demand_cell.station_age_year is 'Age of the nearest station, years: infrastructure age.';
comment on column report.demand_cell.is_age_assumed is 'True when the median age stands in.';
comment on column report.demand_cell.ev_share is 'Its share of the electric vehicles.';
comment on column report.demand_cell.population_share is 'Its share of the people.';
comment on column report.demand_cell.transit_share is 'Its share of transit access, people counted.';
comment on column report.demand_cell.infrastructure_quality_share is 'Its share of the need for ports.';
comment on column report.demand_cell.infrastructure_age_share is 'Its share of the age of stations, people counted.';
comment on column report.demand_cell.geom is 'Hexagon.';
