-- needs: raw.grid_station, raw.load
-- grain: one row per (source_id, record_number)

create view staging.grid_station as

select
    source_id,
    record_number,
    name,
    voltage_kv,
    least(summer_limit_mw, winter_limit_mw) * 1000 as limit_kw,
    peak_load_mw * 1000 as peak_load_kw,
    is_verified,
    area_name,
    source_note,
    limit_basis,
    coalesce(station_key, name) as station_key,
    supply_key,
    supply_limit_mw * 1000 as supply_limit_kw,
    supply_peak_load_mw * 1000 as supply_peak_load_kw,
    st_transform(geom, :metric_srid)::geometry(Point, :metric_srid) as geom
from raw.grid_station
where load_id = (select load_id from raw.load where is_current);

comment on view staging.grid_station is 'Transformer stations and substations of the grid source.';
comment on column staging.grid_station.source_id is 'The file it came from: staging.load_source.';
comment on column staging.grid_station.record_number is 'Place of the record in its file, from 1.';
comment on column staging.grid_station.name is 'Name.';
comment on column staging.grid_station.voltage_kv is 'Highest voltage.';
comment on column staging.grid_station.limit_kw is 'The lower of the summer and winter limits; null when neither is known.';
comment on column staging.grid_station.peak_load_kw is 'Highest load so far.';
comment on column staging.grid_station.is_verified is 'False when figures are second-hand.';
comment on column staging.grid_station.area_name is 'Municipality it serves, as the source says.';
comment on column staging.grid_station.source_note is 'Where the row comes from.';
comment on column staging.grid_station.limit_basis is 'How the limit was found.';
comment on column staging.grid_station.station_key is 'Key of the station; the name where the source has no other.';
comment on column staging.grid_station.supply_key is 'Key of what feeds it and others; null when unknown.';
comment on column staging.grid_station.supply_limit_kw is 'Limit of the supply.';
comment on column staging.grid_station.supply_peak_load_kw is 'Highest load of the supply so far.';
comment on column staging.grid_station.geom is 'Place; null when unknown.';
