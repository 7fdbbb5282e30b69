-- needs: analysis.route, analysis.access_point, core.region
-- grain: one row per (site_id, cell_id)

create materialized view analysis.road_distance as

select
    c.place_id as cell_id,
    s.place_id::integer as site_id,
    t.distance_m + c.access_m + s.access_m as distance_m,
    t.duration_min + (c.access_m + s.access_m) / (r.access_speed_kmh * 1000 / 60) as duration_min
from analysis.route as t
join analysis.access_point as c on c.place_kind = 'cell' and c.vertex_id = t.from_vertex_id
join analysis.access_point as s on s.place_kind = 'site' and s.vertex_id = t.to_vertex_id
cross join core.region as r
where t.distance_m + c.access_m + s.access_m <= r.road_distance_max_m
with no data;

create unique index road_distance_key on analysis.road_distance (site_id, cell_id);
create index road_distance_cell_idx on analysis.road_distance (cell_id, distance_m);

comment on materialized view analysis.road_distance is 'How far it is by road from each cell to each site, one-way streets and access legs included; no row where there is no route within road_distance_max_m.';
comment on column analysis.road_distance.cell_id is 'The cell one drives from.';
comment on column analysis.road_distance.site_id is 'The site one drives to.';
comment on column analysis.road_distance.distance_m is 'Length of the shortest route, access legs included.';
comment on column analysis.road_distance.duration_min is 'Minutes on that route, access legs included.';
