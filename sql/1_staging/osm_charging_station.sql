-- needs: raw.osm_feature, raw.load
-- grain: one row per (source_id, record_number)

create view staging.osm_charging_station as

with socket as (
    select
        f.source_id,
        f.record_number,
        t.key ~ '^socket:(type2_combo|type1_combo|chademo|nacs|tesla_supercharger|tesla_supercharger_ccs)$' as is_dc,
        -- a tag says a number, or just yes
        case when t.value ~ '^[0-9]{1,3}$' then t.value::integer else 1 end as port_count
    from raw.osm_feature as f
    cross join lateral jsonb_each_text(f.tags) as t
    where f.load_id = (select load_id from raw.load where is_current)
        and f.feature_kind = 'charging_station'
        and t.key ~ '^socket:[a-z0-9_]+$'
        and t.value <> 'no'
)

select
    f.source_id,
    f.record_number,
    left(f.osm_type, 1) || f.osm_id as feature_key,
    f.name,
    coalesce(f.tags ->> 'operator', f.tags ->> 'network', f.tags ->> 'brand') as operator,
    coalesce(s.l2_port_count, 0) as l2_port_count,
    coalesce(s.l3_port_count, 0) as l3_port_count,
    case when s.l2_port_count is not null then 0
        when f.tags ->> 'capacity' ~ '^[0-9]{1,3}$' then (f.tags ->> 'capacity')::integer
        else 1
    end as unknown_port_count,
    st_transform(st_pointonsurface(f.geom), :metric_srid)::geometry(Point, :metric_srid) as geom
from raw.osm_feature as f
left join lateral (
    select
        coalesce(sum(port_count) filter (where not is_dc), 0)::integer as l2_port_count,
        coalesce(sum(port_count) filter (where is_dc), 0)::integer as l3_port_count
    from socket
    where socket.source_id = f.source_id and socket.record_number = f.record_number
    having count(*) > 0
) as s on true
where f.load_id = (select load_id from raw.load where is_current)
    and f.feature_kind = 'charging_station';

comment on view staging.osm_charging_station is 'Charging stations of OpenStreetMap, ports read from their socket tags.';
comment on column staging.osm_charging_station.source_id is 'The file it came from: staging.load_source.';
comment on column staging.osm_charging_station.record_number is 'Place of the record in its file, from 1.';
comment on column staging.osm_charging_station.feature_key is 'Key such as n123 or w45.';
comment on column staging.osm_charging_station.name is 'Name, untrusted text.';
comment on column staging.osm_charging_station.operator is 'Operator, network or brand.';
comment on column staging.osm_charging_station.l2_port_count is 'Sockets of alternating current.';
comment on column staging.osm_charging_station.l3_port_count is 'Sockets of direct current.';
comment on column staging.osm_charging_station.unknown_port_count is 'Capacity, else 1, when no socket is tagged.';
comment on column staging.osm_charging_station.geom is 'Place.';
