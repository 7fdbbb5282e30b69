-- needs: staging.osm_charging_station
-- grain: one row per (feature_key)

create materialized view core.osm_charger as

-- maps that overlap hold a station twice
select distinct on (feature_key)
    feature_key,
    source_id,
    record_number,
    regexp_replace(lower(operator), '[^[:alnum:]]', '', 'g') as operator_key,
    status,
    is_point,
    geom,
    shape
from staging.osm_charging_station
where vehicle = 'car' and access is distinct from 'private'
order by feature_key, source_id, record_number
with no data;

create unique index osm_charger_key on core.osm_charger (feature_key);
create index osm_charger_shape_idx on core.osm_charger using gist (shape);

comment on materialized view core.osm_charger is 'Charging stations and single points of the map for cars that are not private, each once: some belong to another.';
comment on column core.osm_charger.feature_key is 'Key of the feature: type and id.';
comment on column core.osm_charger.source_id is 'The file it came from: staging.load_source.';
comment on column core.osm_charger.record_number is 'Place of the record in its file, from 1.';
comment on column core.osm_charger.operator_key is 'Operator in small letters without blanks and signs; null where not known.';
comment on column core.osm_charger.status is 'in_service, planned or out_of_service.';
comment on column core.osm_charger.is_point is 'True for a single point that a car is plugged in at.';
comment on column core.osm_charger.geom is 'Place.';
comment on column core.osm_charger.shape is 'Outline, line or point of the map.';
