-- needs: raw.afdc_station, raw.load
-- grain: one row per (source_id, record_number)

create view staging.afdc_station as

select
    source_id,
    record_number,
    afdc_id,
    fuel_type_code,
    case upper(status_code) when 'E' then 'in_service' when 'P' then 'planned' else 'out_of_service' end as status,
    name,
    nullif(network, '') as operator,
    lower(access_code) as access,
    coalesce(level1_port_count, 0) + coalesce(level2_port_count, 0) + coalesce(dc_fast_port_count, 0) as port_count,
    opened_on,
    confirmed_on,
    st_transform(geom, :metric_srid)::geometry(Point, :metric_srid) as geom
from raw.afdc_station
where load_id = (select load_id from raw.load where is_current);

comment on view staging.afdc_station is 'Stations of the alternative fuels list, all fuels and statuses.';
comment on column staging.afdc_station.source_id is 'The file it came from: staging.load_source.';
comment on column staging.afdc_station.record_number is 'Place of the record in its file, from 1.';
comment on column staging.afdc_station.afdc_id is 'AFDC station id.';
comment on column staging.afdc_station.fuel_type_code is 'ELEC, LPG, CNG, ...';
comment on column staging.afdc_station.status is 'in_service, planned or out_of_service.';
comment on column staging.afdc_station.name is 'Name, untrusted text.';
comment on column staging.afdc_station.operator is 'Charging network.';
comment on column staging.afdc_station.access is 'public or private; null when unknown.';
comment on column staging.afdc_station.port_count is 'Ports of all levels: staging.afdc_level.';
comment on column staging.afdc_station.opened_on is 'Day it opened.';
comment on column staging.afdc_station.confirmed_on is 'Day the record was last confirmed.';
comment on column staging.afdc_station.geom is 'Place.';
