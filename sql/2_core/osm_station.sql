-- needs: staging.osm_charging_station, core.osm_station_hub
-- grain: one row per (source_id, record_number)

create view core.osm_station as

-- a hub without sockets of its own has those of its points
with part as (
    select
        h.hub_key,
        sum(s.l1_port_count) as l1_port_count,
        sum(s.l2_port_count) as l2_port_count,
        sum(s.l3_port_count) as l3_port_count,
        max(s.l3_power_kw) as l3_power_kw,
        sum(s.unknown_port_count) as unknown_port_count
    from core.osm_station_hub as h
    join (
        select distinct on (feature_key) * from staging.osm_charging_station order by feature_key, source_id, record_number
    ) as s using (feature_key)
    group by h.hub_key
)

select
    s.source_id,
    s.record_number,
    s.feature_key,
    s.name,
    s.operator,
    s.status,
    s.access,
    case when u.is_by_points then p.l1_port_count else s.l1_port_count end::integer as l1_port_count,
    case when u.is_by_points then p.l2_port_count else s.l2_port_count end::integer as l2_port_count,
    case when u.is_by_points then p.l3_port_count else s.l3_port_count end::integer as l3_port_count,
    case when u.is_by_points then p.l3_power_kw else s.l3_power_kw end as l3_power_kw,
    case
        when u.is_by_points then p.unknown_port_count
        when s.capacity is null and s.unknown_port_count > 0 then greatest(s.unknown_port_count, p.unknown_port_count)
        else s.unknown_port_count
    end::integer as unknown_port_count,
    s.geom
from staging.osm_charging_station as s
left join part as p on p.hub_key = s.feature_key
cross join lateral (
    select s.unknown_port_count > 0 and coalesce(p.l1_port_count + p.l2_port_count + p.l3_port_count, 0) > 0 as is_by_points
) as u
where s.vehicle = 'car'
    and not exists (select from core.osm_station_hub as h where h.feature_key = s.feature_key);

comment on view core.osm_station is 'Charging stations of OpenStreetMap for cars, a hub and the points inside it once.';
comment on column core.osm_station.source_id is 'The file it came from: staging.load_source.';
comment on column core.osm_station.record_number is 'Place of the record in its file, from 1.';
comment on column core.osm_station.feature_key is 'Key such as n123 or w45.';
comment on column core.osm_station.name is 'Name, untrusted text.';
comment on column core.osm_station.operator is 'Operator, network or brand.';
comment on column core.osm_station.status is 'in_service, planned or out_of_service.';
comment on column core.osm_station.access is 'public or private; null where no tag says.';
comment on column core.osm_station.l1_port_count is 'Level 1 ports.';
comment on column core.osm_station.l2_port_count is 'L2 ports.';
comment on column core.osm_station.l3_port_count is 'L3 ports.';
comment on column core.osm_station.l3_power_kw is 'Highest power tagged of an L3 port.';
comment on column core.osm_station.unknown_port_count is 'Ports of unknown level.';
comment on column core.osm_station.geom is 'Place.';
