-- needs: raw.osm_feature, raw.load
-- grain: one row per (source_id, record_number)

create view staging.osm_feature as

select
    source_id,
    record_number,
    osm_type,
    osm_id,
    left(osm_type, 1) || osm_id as feature_key,
    feature_kind,
    name,
    tags,
    case
        when lower(tags ->> 'operator:type') in ('public', 'government', 'municipal', 'state', 'county', 'city')
            or lower(tags ->> 'ownership') in ('public', 'municipal', 'county', 'state', 'national', 'public_nonprofit') then 'public'
        when lower(tags ->> 'operator:type') in ('private', 'business', 'private_non_profit', 'religious', 'ngo', 'cooperative', 'consortium')
            or lower(tags ->> 'ownership') in ('private', 'private_nonprofit') then 'private'
    end as owner_class,
    nullif(btrim(tags ->> 'opening_hours'), '') as opening_hours,
    case when tags ->> 'capacity' ~ '^[0-9]{1,5}$' then (tags ->> 'capacity')::integer end as capacity,
    tags ->> 'parking' in ('multi-storey', 'underground') as is_deck,
    tags ->> 'indoor' = 'yes' or tags ->> 'covered' = 'yes' or tags ->> 'building' <> 'no' as is_roofed,
    st_makevalid(st_transform(geom, :metric_srid))::geometry(Geometry, :metric_srid) as geom
from raw.osm_feature
where load_id = (select load_id from raw.load where is_current);

comment on view staging.osm_feature is 'Places of OpenStreetMap.';
comment on column staging.osm_feature.source_id is 'The file it came from: staging.load_source.';
comment on column staging.osm_feature.record_number is 'Place of the record in its file, from 1.';
comment on column staging.osm_feature.osm_type is 'node, way or relation.';
comment on column staging.osm_feature.osm_id is 'OSM id.';
comment on column staging.osm_feature.feature_key is 'Key such as n123 or w45.';
comment on column staging.osm_feature.feature_kind is 'poi, parking, land_use, ground, substation, power_line or charging_station.';
comment on column staging.osm_feature.name is 'Name, untrusted text.';
comment on column staging.osm_feature.tags is 'All tags.';
comment on column staging.osm_feature.owner_class is 'Whose it is, by operator:type and ownership: public or private; null where the map does not say.';
comment on column staging.osm_feature.opening_hours is 'Opening hours as the map has them.';
comment on column staging.osm_feature.capacity is 'Places for cars, as the map says.';
comment on column staging.osm_feature.is_deck is 'True for parking on several floors.';
comment on column staging.osm_feature.is_roofed is 'True for a building and what is in one or under a roof; null where the map does not say.';
comment on column staging.osm_feature.geom is 'Point or polygon; of a power line, line.';
