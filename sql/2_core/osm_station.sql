-- needs: staging.osm_charging_station, core.osm_station_hub
-- grain: one row per (source_id, record_number)

create view core.osm_station as

select
    s.source_id,
    s.record_number,
    s.feature_key,
    s.name,
    s.operator,
    s.status,
    s.access,
    s.access_hours,
    s.is_open_all_day,
    s.has_fee,
    s.owner_type,
    s.owner_name,
    s.capacity,
    s.geom
from staging.osm_charging_station as s
where s.vehicle = 'car'
    and not exists (select from core.osm_station_hub as h where h.feature_key = s.feature_key);

comment on view core.osm_station is 'Charging stations of OpenStreetMap for cars, a hub and the points inside it once.';
comment on column core.osm_station.source_id is 'The file it came from: staging.load_source.';
comment on column core.osm_station.record_number is 'Place of the record in its file, from 1.';
comment on column core.osm_station.feature_key is 'Key such as n123 or w45.';
comment on column core.osm_station.name is 'Name, untrusted text.';
comment on column core.osm_station.operator is 'Operator, network or brand.';
comment on column core.osm_station.status is 'in_service, planned or out_of_service.';
comment on column core.osm_station.access is 'public, customers, members, one_make or private; null where no tag says.';
comment on column core.osm_station.access_hours is 'opening_hours as tagged.';
comment on column core.osm_station.is_open_all_day is 'True where that is 24/7; null where no tag says.';
comment on column core.osm_station.has_fee is 'False where charging is free; null where no tag says.';
comment on column core.osm_station.owner_type is 'municipal, government, utility, private or joint; null where no tag says.';
comment on column core.osm_station.owner_name is 'Owner as tagged, untrusted text.';
comment on column core.osm_station.capacity is 'Cars that can charge at once, as tagged.';
comment on column core.osm_station.geom is 'Place.';
