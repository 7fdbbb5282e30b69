-- needs: staging.osm_charging_station, staging.osm_socket, staging.tag_port, core.level
-- grain: one row per (source_id, record_number, level, port_kw)

create view core.osm_plug as

with socket as (
    select s.source_id, s.record_number, s.level, p.port_kw, p.port_count
    from staging.osm_socket as s
    cross join lateral staging.tag_port(s.count_tag, s.power_tag) as p
    union all
    -- no socket is tagged: the power or the brand of the whole station tells the level
    select s.source_id, s.record_number, s.level, s.power_kw, null
    from staging.osm_charging_station as s
    where s.level is not null
        and not exists (select from staging.osm_socket as o where o.source_id = s.source_id and o.record_number = s.record_number)
),

-- sockets that are named without a number are one port of their level together, as strong as the best of them
level as (
    select
        source_id,
        record_number,
        level,
        coalesce(sum(port_count), 0) as port_count,
        bool_or(port_count is null) as is_open,
        max(port_kw) filter (where port_count is null) as open_kw
    from socket
    group by source_id, record_number, level
),

-- room beyond the numbers belongs to the slowest socket without one
spare as (
    select
        l.*,
        greatest(1 - l.port_count, 0) + case
            when o.level_rank = min(o.level_rank) filter (where l.is_open) over record
                then greatest(coalesce(s.capacity, 0) - sum(greatest(l.port_count, l.is_open::integer)) over record, 0)
            else 0
        end as open_count
    from level as l
    join staging.osm_charging_station as s using (source_id, record_number)
    left join core.level as o on o.level = l.level
    window record as (partition by l.source_id, l.record_number)
),

port as (
    select source_id, record_number, level, port_kw, port_count
    from socket
    where port_count is not null
    union all
    select source_id, record_number, level, open_kw, open_count
    from spare
    where is_open
    union all
    select s.source_id, s.record_number, null, null, coalesce(nullif(s.capacity, 0), 1)
    from staging.osm_charging_station as s
    where not exists (select from level as l where l.source_id = s.source_id and l.record_number = s.record_number)
)

select source_id, record_number, level, port_kw, sum(port_count)::integer as port_count
from port
group by source_id, record_number, level, port_kw;

comment on view core.osm_plug is 'Plugs of charging stations of OpenStreetMap, read from sockets, power and capacity together; two at one place are one port: core.point_port.';
comment on column core.osm_plug.source_id is 'The file it came from: staging.load_source.';
comment on column core.osm_plug.record_number is 'Place of the record in its file, from 1.';
comment on column core.osm_plug.level is 'Level: staging.osm_socket; null where no tag tells.';
comment on column core.osm_plug.port_kw is 'Power of each of these plugs; null where no tag tells.';
comment on column core.osm_plug.port_count is 'How many; of a station whose level is not known its capacity, else 1.';
