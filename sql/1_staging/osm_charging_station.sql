-- needs: raw.osm_feature, raw.load, staging.osm_socket, staging.osm_vehicle, staging.tag_count, staging.tag_power_kw
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
),

-- sockets that are named without a number are one port of their level together
named as (
    select
        source_id,
        record_number,
        bool_or(port_count is null and level = 'L1') as has_open_l1,
        bool_or(port_count is null and level = 'L2') as has_open_l2,
        bool_or(port_count is null and level = 'L3') as has_open_l3,
        greatest(coalesce(sum(port_count) filter (where level = 'L1'), 0), bool_or(port_count is null and level = 'L1')::integer) as l1_count,
        greatest(coalesce(sum(port_count) filter (where level = 'L2'), 0), bool_or(port_count is null and level = 'L2')::integer) as l2_count,
        greatest(coalesce(sum(port_count) filter (where level = 'L3'), 0), bool_or(port_count is null and level = 'L3')::integer) as l3_count,
        max(power_kw) filter (where level = 'L3') as l3_power_kw
    from staging.osm_socket
    group by source_id, record_number
    union all
    -- no socket is tagged: the power or the brand of the whole station tells the level
    select
        s.source_id, s.record_number, l.level = 'L1', l.level = 'L2', l.level = 'L3',
        (l.level = 'L1')::integer, (l.level = 'L2')::integer, (l.level = 'L3')::integer, case when l.level = 'L3' then s.power_kw end
    from station as s
    cross join lateral (
        select case
            when s.power_kw >= 50 or s.tags ->> 'brand' ~* 'supercharger' then 'L3'
            when s.power_kw > 3.7 or s.tags ->> 'brand' ~* 'tesla destination' then 'L2'
            when s.power_kw <= 3.7 then 'L1'
        end
    ) as l (level)
    where l.level is not null
        and not exists (select from staging.osm_socket as o where o.source_id = s.source_id and o.record_number = s.record_number)
),

-- no more ports than cars have room, the fastest first; room beyond the numbers belongs to the slowest socket without one
fitted as (
    select
        n.source_id,
        n.record_number,
        least(n.l3_count + case when n.has_open_l3 and not n.has_open_l2 and not n.has_open_l1 then m.spare else 0 end, m.capacity) as l3_port_count,
        least(n.l2_count + case when n.has_open_l2 and not n.has_open_l1 then m.spare else 0 end, greatest(m.capacity - n.l3_count, 0)) as l2_port_count,
        least(n.l1_count + case when n.has_open_l1 then m.spare else 0 end, greatest(m.capacity - n.l3_count - n.l2_count, 0)) as l1_port_count,
        n.l3_power_kw
    from named as n
    join station as s using (source_id, record_number)
    cross join lateral (
        select
            coalesce(nullif(s.capacity, 0), 1000000) as capacity,
            greatest(coalesce(s.capacity, 0) - n.l3_count - n.l2_count - n.l1_count, 0) as spare
    ) as m
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
    v.vehicle,
    coalesce(s.tags ->> 'man_made', '') = 'charge_point' and coalesce(s.tags ->> 'amenity', '') !~ 'charging_station' as is_point,
    coalesce(p.l1_port_count, 0)::integer as l1_port_count,
    coalesce(p.l2_port_count, 0)::integer as l2_port_count,
    coalesce(p.l3_port_count, 0)::integer as l3_port_count,
    p.l3_power_kw,
    case when p.source_id is null then coalesce(nullif(s.capacity, 0), 1) else 0 end as unknown_port_count,
    s.capacity,
    st_transform(st_pointonsurface(s.geom), :metric_srid)::geometry(Point, :metric_srid) as geom,
    st_makevalid(st_transform(s.geom, :metric_srid))::geometry(Geometry, :metric_srid) as shape
from station as s
join staging.osm_vehicle as v using (source_id, record_number)
left join fitted as p using (source_id, record_number);

comment on view staging.osm_charging_station is 'Charging stations of OpenStreetMap, ports read from sockets, power and capacity together.';
comment on column staging.osm_charging_station.source_id is 'The file it came from: staging.load_source.';
comment on column staging.osm_charging_station.record_number is 'Place of the record in its file, from 1.';
comment on column staging.osm_charging_station.feature_key is 'Key such as n123 or w45.';
comment on column staging.osm_charging_station.name is 'Name, untrusted text.';
comment on column staging.osm_charging_station.operator is 'Operator, network or brand.';
comment on column staging.osm_charging_station.status is 'in_service, planned or out_of_service, from lifecycle prefixes and operational_status.';
comment on column staging.osm_charging_station.access is 'public or private; null where no tag says.';
comment on column staging.osm_charging_station.vehicle is 'car, or what alone may charge there.';
comment on column staging.osm_charging_station.is_point is 'True for a single charge point, which may belong to a station beside it.';
comment on column staging.osm_charging_station.l1_port_count is 'Level 1 ports: sockets of homes, up to 3.7 kW.';
comment on column staging.osm_charging_station.l2_port_count is 'L2 ports: alternating current.';
comment on column staging.osm_charging_station.l3_port_count is 'L3 ports: direct current, or 50 kW and more.';
comment on column staging.osm_charging_station.l3_power_kw is 'Highest power tagged of an L3 port.';
comment on column staging.osm_charging_station.unknown_port_count is 'Capacity, else 1, when neither socket nor power is tagged.';
comment on column staging.osm_charging_station.capacity is 'Cars that can charge at once, as tagged.';
comment on column staging.osm_charging_station.geom is 'Place.';
comment on column staging.osm_charging_station.shape is 'Outline where it has one, else its place.';
