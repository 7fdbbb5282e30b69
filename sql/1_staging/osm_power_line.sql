-- needs: raw.osm_feature, raw.load, staging.tag_kv
-- grain: one row per (source_id, record_number)

create view staging.osm_power_line as

select
    source_id,
    record_number,
    left(osm_type, 1) || osm_id as feature_key,
    tags ->> 'power' as power,
    staging.tag_kv(tags ->> 'voltage') as voltage_kv,
    -- lines on towers are three-phase; of those on poles and in the ground the map has to say it
    case
        when tags ->> 'phases' ~ '^[0-9]' then tags ->> 'phases' ~ '^3'
        when tags ->> 'cables' ~ '^[0-9]' then tags ->> 'cables' ~ '^([3-9]|[1-9][0-9])'
        when tags ->> 'power' = 'line' then true
    end as is_three_phase,
    st_transform(geom, :metric_srid)::geometry(Geometry, :metric_srid) as geom
from raw.osm_feature
where load_id = (select load_id from raw.load where is_current) and feature_kind = 'power_line';

comment on view staging.osm_power_line is 'Power lines and cables of OpenStreetMap.';
comment on column staging.osm_power_line.source_id is 'The file it came from: staging.load_source.';
comment on column staging.osm_power_line.record_number is 'Place of the record in its file, from 1.';
comment on column staging.osm_power_line.feature_key is 'OSM type and id, such as w45.';
comment on column staging.osm_power_line.power is 'line (on towers), minor_line (on poles), cable or minor_cable.';
comment on column staging.osm_power_line.voltage_kv is 'Highest voltage; null where the map does not say.';
comment on column staging.osm_power_line.is_three_phase is 'True for three-phase, false for another number of phases; null where the map does not say.';
comment on column staging.osm_power_line.geom is 'Line.';
