-- needs: staging.grid_station, staging.osm_substation, core.region
-- grain: one row per (grid_station_id)

create view core.grid_station as

-- maps that overlap hold a substation twice
with substation as (
    select distinct on (feature_key) source_id, record_number, feature_key, name, voltage_kv, geom
    from staging.osm_substation
    where minor_because is null
    order by feature_key, source_id, record_number
),

station as (
    select source_id, record_number, false as is_substation, name, voltage_kv, limit_kw, peak_load_kw, is_verified, area_name, source_note, limit_basis,
        station_key, supply_key, geom
    from staging.grid_station
    union all
    -- substations of the map stand in when the grid source places no station at all
    select
        source_id, record_number, true, coalesce(name, 'Substation ' || feature_key), voltage_kv, null, null, null, null, 'OpenStreetMap', null,
        null, null, geom
    from substation
    where not exists (select from staging.grid_station where geom is not null)
)

select
    row_number() over (order by s.name, st_x(s.geom), st_y(s.geom), s.source_id, s.record_number)::integer as grid_station_id,
    s.source_id,
    s.record_number,
    s.is_substation,
    s.name,
    s.voltage_kv,
    s.limit_kw,
    s.peak_load_kw,
    s.is_verified,
    s.area_name,
    s.source_note,
    s.limit_basis,
    s.station_key,
    s.supply_key,
    case
        when s.geom is null then 'its place is not known, so it has no area'
        when not st_intersects(s.geom, r.geom) then 'it stands outside the region and serves what is nearest to it'
    end as remark,
    s.geom::geometry(Point, :metric_srid) as geom
from station as s
cross join core.region as r;

comment on view core.grid_station is 'Transformer stations and substations, those without a place too.';
comment on column core.grid_station.grid_station_id is 'Number of the station within the load.';
comment on column core.grid_station.source_id is 'The file it came from: staging.load_source.';
comment on column core.grid_station.record_number is 'Place of the record in its file, from 1.';
comment on column core.grid_station.is_substation is 'True for a substation of the map.';
comment on column core.grid_station.name is 'Name.';
comment on column core.grid_station.voltage_kv is 'Highest voltage.';
comment on column core.grid_station.limit_kw is 'Limit; null when unknown.';
comment on column core.grid_station.peak_load_kw is 'Highest load so far; null when unknown.';
comment on column core.grid_station.is_verified is 'False when figures are second-hand.';
comment on column core.grid_station.area_name is 'Municipality it serves, as the source says.';
comment on column core.grid_station.source_note is 'Where the row comes from.';
comment on column core.grid_station.limit_basis is 'How the limit was found.';
comment on column core.grid_station.station_key is 'Key of the station in its source; null for a substation of the map.';
comment on column core.grid_station.supply_key is 'Key of what feeds it and others; null when unknown.';
comment on column core.grid_station.remark is 'Why it has no area, or an odd one.';
comment on column core.grid_station.geom is 'Place; null when unknown.';
