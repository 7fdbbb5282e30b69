-- needs: analysis.road_distance, core.site, core.site_port
-- grain: one row per (cell_id, level)

create view analysis.nearest_station as

select distinct on (d.cell_id, p.level)
    d.cell_id,
    p.level,
    d.site_id,
    d.distance_m,
    d.duration_min
from analysis.road_distance as d
join (
    select distinct site_id, p.level from core.site_port as p join core.site as s using (site_id) where s.is_public
) as p using (site_id)
order by d.cell_id, p.level, d.distance_m, d.site_id;

comment on view analysis.nearest_station is 'The nearest station of today by level and by road; no row where none is within road_distance_max_m.';
comment on column analysis.nearest_station.cell_id is 'The cell.';
comment on column analysis.nearest_station.level is 'The level.';
comment on column analysis.nearest_station.site_id is 'The station.';
comment on column analysis.nearest_station.distance_m is 'Road distance.';
comment on column analysis.nearest_station.duration_min is 'Minutes by road.';
