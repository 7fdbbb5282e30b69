-- needs: raw.osm_feature, raw.load, staging.osm_vehicle, staging.tag_count, staging.tag_power_kw
-- grain: one row per (source_id, record_number)

create view staging.osm_charging_station as

with station as (
    select
        f.source_id,
        f.record_number,
        left(f.osm_type, 1) || f.osm_id as feature_key,
        f.name,
        f.tags,
        f.geom,
        staging.tag_count(coalesce(f.tags ->> 'capacity:motorcar', f.tags ->> 'capacity:car', f.tags ->> 'capacity')) as capacity,
        staging.tag_power_kw(coalesce(f.tags ->> 'charging_station:output', f.tags ->> 'output', f.tags ->> 'rated_power')) as power_kw
    from raw.osm_feature as f
    where f.load_id = (select load_id from raw.load where is_current) and f.feature_kind = 'charging_station'
)

select
    s.source_id,
    s.record_number,
    s.feature_key,
    s.name,
    coalesce(s.tags ->> 'operator', s.tags ->> 'network', s.tags ->> 'brand') as operator,
    case
        when s.tags ->> 'disused' = 'yes' or s.tags ->> 'abandoned' = 'yes' or lower(s.tags ->> 'opening_hours') in ('closed', 'off')
            or s.tags ->> 'operational_status' ~* '(closed|broken|out[ _]of|not[ _]|inoperative|inactive|defunct|disused|removed|^no$)' then 'out_of_service'
        when s.tags ->> 'operational_status' ~* '(construction|planned|proposed|soon)'
            or s.tags ->> 'construction' in ('yes', 'charging_station') then 'planned'
        when exists (select from jsonb_object_keys(s.tags) as k where k ~ '^(construction|planned|proposed):(amenity|man_made)$') then 'planned'
        when exists (select from jsonb_object_keys(s.tags) as k where k ~ '^(disused|abandoned|closed):(amenity|man_made)$') then 'out_of_service'
        else 'in_service'
    end as status,
    v.access,
    s.tags ->> 'opening_hours' as access_hours,
    case when s.tags ->> 'opening_hours' is not null then regexp_replace(s.tags ->> 'opening_hours', '\s', '', 'g') = '24/7' end as is_open_all_day,
    case lower(s.tags ->> 'fee') when 'no' then false else s.tags ->> 'fee' is not null or null end as has_fee,
    o.owner_type,
    s.tags ->> 'owner' as owner_name,
    v.vehicle,
    coalesce(s.tags ->> 'man_made', '') = 'charge_point' and coalesce(s.tags ->> 'amenity', '') !~ 'charging_station' as is_point,
    s.power_kw,
    case
        when s.power_kw >= 50 or s.tags ->> 'brand' ~* 'supercharger' then 'L3'
        when s.power_kw > 3.7 or s.tags ->> 'brand' ~* 'tesla destination' then 'L2'
        when s.power_kw <= 3.7 then 'L1'
    end as level,
    s.capacity,
    st_transform(st_pointonsurface(s.geom), :metric_srid)::geometry(Point, :metric_srid) as geom,
    st_makevalid(st_transform(s.geom, :metric_srid))::geometry(Geometry, :metric_srid) as shape
from station as s
join staging.osm_vehicle as v using (source_id, record_number)
-- the owner's own tag says it, else that of the operator
cross join lateral (
    select case
        when k.kind ~ '^(municipal|municipality|local|local_government|city|council|county)$' then 'municipal'
        when k.kind ~ '^(government|public|national|state|federal|province|provincial|military)$' then 'government'
        when k.kind ~ '^(utility|power_company)$' then 'utility'
        when k.kind ~ '^(consortium|joint|joint_venture|public_private|public_private_partnership)$' then 'joint'
        when k.kind ~ '^(private|private_non_profit|business|company|corporation|commercial|cooperative|association|ngo|religious|community|individual)$'
            then 'private'
    end as owner_type
    from (
        select lower(coalesce(s.tags ->> 'ownership', s.tags ->> 'owner:type', s.tags ->> 'operator:type')) as kind
    ) as k
) as o;

comment on view staging.osm_charging_station is 'Charging stations of OpenStreetMap, with what their tags say of the whole.';
comment on column staging.osm_charging_station.source_id is 'The file it came from: staging.load_source.';
comment on column staging.osm_charging_station.record_number is 'Place of the record in its file, from 1.';
comment on column staging.osm_charging_station.feature_key is 'Key such as n123 or w45.';
comment on column staging.osm_charging_station.name is 'Name, untrusted text.';
comment on column staging.osm_charging_station.operator is 'Operator, network or brand.';
comment on column staging.osm_charging_station.status is 'in_service, planned or out_of_service, from lifecycle prefixes and operational_status.';
comment on column staging.osm_charging_station.access is 'public, customers, members, one_make or private; null where no tag says.';
comment on column staging.osm_charging_station.access_hours is 'opening_hours as tagged.';
comment on column staging.osm_charging_station.is_open_all_day is 'True where that is 24/7; null where no tag says.';
comment on column staging.osm_charging_station.has_fee is 'False where charging is free; null where no tag says.';
comment on column staging.osm_charging_station.owner_type is 'municipal, government, utility, private or joint, by ownership, owner:type or operator:type; null where no tag says.';
comment on column staging.osm_charging_station.owner_name is 'Owner as tagged, untrusted text.';
comment on column staging.osm_charging_station.vehicle is 'car, or what alone may charge there.';
comment on column staging.osm_charging_station.is_point is 'True for a single charge point, which may belong to a station beside it.';
comment on column staging.osm_charging_station.power_kw is 'Power tagged of the station.';
comment on column staging.osm_charging_station.level is 'L1, L2 or L3 by that power or the brand; null where neither tells. Sockets know better: staging.osm_socket.';
comment on column staging.osm_charging_station.capacity is 'Cars that can charge at once, as tagged.';
comment on column staging.osm_charging_station.geom is 'Place.';
comment on column staging.osm_charging_station.shape is 'Outline where it has one, else its place.';
