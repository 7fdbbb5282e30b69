-- needs: raw.osm_feature, raw.load, staging.osm_socket
-- grain: one row per (source_id, record_number)

create view staging.osm_vehicle as

with word as (
    select
        source_id,
        record_number,
        tags,
        lower(split_part(tags ->> 'access', ';', 1)) as access,
        -- the most specific tag decides
        lower(split_part(coalesce(tags ->> 'motorcar', tags ->> 'car', tags ->> 'motor_vehicle', tags ->> 'vehicle'), ';', 1)) as car,
        coalesce(tags ->> 'hgv', tags ->> 'truck', tags ->> 'goods', tags ->> 'bus') ~* '(designated|only)' as is_for_lorries,
        coalesce(tags ->> 'hgv', tags ->> 'truck', tags ->> 'goods', tags ->> 'bus', 'no') !~* '^(no|private)$' as has_lorries,
        concat_ws(';', tags ->> 'bicycle', tags ->> 'scooter', tags ->> 'kick_scooter', tags ->> 'moped', tags ->> 'motorcycle')
            ~* '(yes|designated|only)' as has_bicycles,
        coalesce(tags ->> 'boat', tags ->> 'ship', tags ->> 'motorboat') ~* '(yes|designated|only)' as has_boats
    from raw.osm_feature
    where load_id = (select load_id from raw.load where is_current) and feature_kind = 'charging_station'
),

socket as (
    select
        source_id,
        record_number,
        bool_or(not is_bicycle and not is_domestic) as has_car_socket,
        bool_and(is_bicycle) as is_for_bicycles,
        -- with CCS it serves others too, and so does NACS, which is a plug of many makes
        bool_and(socket ~ '^tesla' and socket !~ 'ccs') filter (where not is_bicycle and not is_domestic) as is_for_one_make
    from staging.osm_socket
    group by source_id, record_number
)

select
    w.source_id,
    w.record_number,
    case
        when w.access in ('private', 'residents', 'employees', 'staff', 'permit', 'military', 'delivery', 'agricultural', 'forestry')
            or w.car in ('private', 'residents', 'employees', 'staff', 'permit', 'military', 'delivery')
            or (w.access = 'no' and coalesce(w.car, 'no') = 'no') then 'private'
        when s.is_for_one_make then 'one_make'
        when 'members' in (w.access, w.car) then 'members'
        when 'customers' in (w.access, w.car) then 'customers'
        when w.access is not null then 'public'
    end as access,
    case
        when w.car not in ('no', 'private') then 'car'
        when w.car = 'no' or s.is_for_bicycles or (not coalesce(s.has_car_socket, false) and (w.has_bicycles or w.has_boats))
            or (w.car is null and w.is_for_lorries)
            then case when w.has_lorries then 'lorry' when w.has_boats then 'boat' when w.has_bicycles or s.is_for_bicycles then 'bicycle' else 'other' end
        else 'car'
    end as vehicle
from word as w
left join socket as s using (source_id, record_number);

comment on view staging.osm_vehicle is 'Who may charge what at the charging stations of OpenStreetMap.';
comment on column staging.osm_vehicle.source_id is 'The file it came from: staging.load_source.';
comment on column staging.osm_vehicle.record_number is 'Place of the station in its file, from 1.';
comment on column staging.osm_vehicle.access is 'public, customers, members, one_make or private; null where no tag says.';
comment on column staging.osm_vehicle.vehicle is 'car, or what alone may charge there: lorry (buses too), bicycle (scooters too), boat, other.';
