-- needs: raw.grid_area, raw.load
-- grain: one row per (source_id, record_number)

create view staging.grid_area as

select
    source_id,
    record_number,
    name,
    limit_mw * 1000 as limit_kw,
    peak_load_mw * 1000 as peak_load_kw,
    coalesce(area_key, name) as station_key,
    supply_key,
    supply_limit_mw * 1000 as supply_limit_kw,
    supply_peak_load_mw * 1000 as supply_peak_load_kw,
    st_multi(st_collectionextract(st_makevalid(st_transform(geom, :metric_srid)), 3))::geometry(MultiPolygon, :metric_srid) as geom
from raw.grid_area
where load_id = (select load_id from raw.load where is_current);

comment on view staging.grid_area is 'Service areas of transformer stations, where given.';
comment on column staging.grid_area.source_id is 'The file it came from: staging.load_source.';
comment on column staging.grid_area.record_number is 'Place of the record in its file, from 1.';
comment on column staging.grid_area.name is 'Name.';
comment on column staging.grid_area.limit_kw is 'Limit.';
comment on column staging.grid_area.peak_load_kw is 'Highest load so far.';
comment on column staging.grid_area.station_key is 'Key of its station; the name where the source has no other.';
comment on column staging.grid_area.supply_key is 'Key of what feeds it and others; null when unknown.';
comment on column staging.grid_area.supply_limit_kw is 'Limit of the supply.';
comment on column staging.grid_area.supply_peak_load_kw is 'Highest load of the supply so far.';
comment on column staging.grid_area.geom is 'Outline.';
