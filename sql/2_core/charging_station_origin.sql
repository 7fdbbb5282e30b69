-- needs: core.station_member, core.station_record
-- grain: one row per (station_key, record_table, source_id, record_number)

create view core.charging_station_origin as

select
    m.station_key,
    case s.feed when 'ocm' then 'openchargemap_poi' when 'afdc' then 'afdc_station' else 'osm_feature' end as record_table,
    s.source_id,
    s.record_number,
    s.source_key as record_key
from core.station_member as m
join core.station_record as s using (source_key);

comment on view core.charging_station_origin is 'Where stations come from: the records that are one station.';
comment on column core.charging_station_origin.station_key is 'Station.';
comment on column core.charging_station_origin.record_table is 'Table of raw, without the schema.';
comment on column core.charging_station_origin.source_id is 'The file: staging.load_source.';
comment on column core.charging_station_origin.record_number is 'Place of the record in its file, from 1.';
comment on column core.charging_station_origin.record_key is 'Key of the record in its source.';
