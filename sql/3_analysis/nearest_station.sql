-- needs: analysis.road_distance, core.site
-- grain: one row per (cell_id, level)

create view analysis.nearest_station as

select distinct on (d.cell_id, l.level)
    d.cell_id,
    l.level,
    d.site_id,
    d.distance_m,
    d.duration_min
from analysis.road_distance as d
join core.site as s using (site_id)
cross join lateral (values ('L2', s.l2_port_count), ('L3', s.l3_port_count)) as l (level, port_count)
where s.is_existing and l.port_count > 0
order by d.cell_id, l.level, d.distance_m, d.site_id;

comment on view analysis.nearest_station is 'The nearest station of today by level and by road; no row where none is within road_distance_max_m.';
comment on column analysis.nearest_station.cell_id is 'The cell.';
comment on column analysis.nearest_station.level is 'L2 or L3.';
comment on column analysis.nearest_station.site_id is 'The station.';
comment on column analysis.nearest_station.distance_m is 'Road distance.';
comment on column analysis.nearest_station.duration_min is 'Minutes by road.';
