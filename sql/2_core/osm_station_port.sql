-- needs: core.osm_station, core.osm_station_hub, core.point_port, staging.osm_charging_station
-- grain: one row per (source_id, record_number, level, port_kw)

create view core.osm_station_port as

with port as materialized (
    select * from core.point_port where feed = 'osm'
),

part as (
    select h.hub_key, p.level, p.port_kw, sum(p.port_count) as port_count
    from core.osm_station_hub as h
    join (
        select distinct on (feature_key) feature_key, source_id, record_number
        from staging.osm_charging_station
        order by feature_key, source_id, record_number
    ) as s using (feature_key)
    join port as p using (source_id, record_number)
    group by h.hub_key, p.level, p.port_kw
),

-- a hub without sockets of its own has those of its points; if those have none either, its own capacity comes first
by_points as (
    select s.source_id, s.record_number, s.feature_key
    from core.osm_station as s
    join port as p on p.source_id = s.source_id and p.record_number = s.record_number and p.level is null
    where exists (select from part as q where q.hub_key = s.feature_key and (q.level is not null or s.capacity is null))
)

select s.source_id, s.record_number, p.level, p.port_kw, p.port_count
from core.osm_station as s
join port as p using (source_id, record_number)
where not exists (select from by_points as b where b.source_id = s.source_id and b.record_number = s.record_number)
union all
select b.source_id, b.record_number, p.level, p.port_kw, p.port_count::integer
from by_points as b
join part as p on p.hub_key = b.feature_key;

comment on view core.osm_station_port is 'Ports of charging stations of OpenStreetMap for cars, a hub and the points inside it once.';
comment on column core.osm_station_port.source_id is 'The file it came from: staging.load_source.';
comment on column core.osm_station_port.record_number is 'Place of the record in its file, from 1.';
comment on column core.osm_station_port.level is 'Level; null where no tag tells.';
comment on column core.osm_station_port.port_kw is 'Power of each of these ports; null where no tag tells.';
comment on column core.osm_station_port.port_count is 'How many.';
