-- needs: analysis.nearest_station, report.level
-- grain: one row per (cell_id, level)

create view report.nearest_station as

select
    n.cell_id * 100 + l.level_id as nearest_station_id,
    n.cell_id,
    n.level,
    n.site_id,
    n.distance_m,
    n.duration_min
from analysis.nearest_station as n
join report.level as l using (level);

comment on view report.nearest_station is 'The nearest station of today to each hexagon by road, by level; no row where none is within the longest road distance.';
comment on column report.nearest_station.nearest_station_id is 'Key for GIS clients: hexagon and level.';
comment on column report.nearest_station.cell_id is 'The hexagon.';
comment on column report.nearest_station.level is 'The level.';
comment on column report.nearest_station.site_id is 'The station.';
comment on column report.nearest_station.distance_m is 'Distance by road.';
comment on column report.nearest_station.duration_min is 'Minutes by road.';
