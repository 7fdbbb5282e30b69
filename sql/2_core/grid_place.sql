-- needs: core.grid_station
-- grain: one row per (grid_station_ids)

create materialized view core.grid_place as

-- Two stations at one place share an area. Places are taken to the metre: GEOS draws no Voronoi polygons, or wrong ones,
-- around points that are nearer to each other than it can tell.
select
    string_agg(name, ' and ' order by name, grid_station_id) as name,
    sum(limit_kw order by grid_station_id) as limit_kw,
    sum(peak_load_kw order by grid_station_id) as peak_load_kw,
    array_agg(grid_station_id order by grid_station_id) as grid_station_ids,
    array_agg(station_key order by grid_station_id) filter (where station_key is not null) as station_keys,
    min(supply_key) as supply_key,
    st_snaptogrid(geom, 1)::geometry(Point, :metric_srid) as geom
from core.grid_station
where abs(st_x(geom)) < 1e8 and abs(st_y(geom)) < 1e8
group by st_snaptogrid(geom, 1)
with no data;

create unique index grid_place_key on core.grid_place (grid_station_ids);
create index grid_place_geom_idx on core.grid_place using gist (geom);

comment on materialized view core.grid_place is 'Places of grid stations: those that stand at one place together.';
comment on column core.grid_place.name is 'Names of its stations.';
comment on column core.grid_place.limit_kw is 'Limit; null when unknown.';
comment on column core.grid_place.peak_load_kw is 'Highest load so far; null when unknown.';
comment on column core.grid_place.grid_station_ids is 'Its stations: core.grid_station.';
comment on column core.grid_place.station_keys is 'Keys of its stations in the sources; null when there are none.';
comment on column core.grid_place.supply_key is 'The lowest key of what supplies it: core.grid_station; null when unknown.';
comment on column core.grid_place.geom is 'Place, to the metre.';
