-- needs: core.station_source, core.station_status, core.station_detail, core.feed_port, core.level
-- grain: one row per (station_key, level, port_kw)

create materialized view core.station_port as

with record as (
    select
        k.station_key,
        s.feed,
        s.source_id,
        s.record_number,
        count(*) over (partition by k.station_key) as record_count,
        -- where one record serves, the ports of another that is delisted, broken, gone or for others are not among them
        rank() over (
            partition by k.station_key
            order by
                (k.status = 'in_service' and (s.access is null or s.access = d.access)) desc,
                case k.status when 'in_service' then 1 when 'out_of_service' then 2 else 3 end,
                k.status_reason is not distinct from 'registered_anew'
        ) = 1 as is_counted
    from core.station_source as s
    join core.station_status as k using (source_key)
    join core.station_detail as d using (station_key)
),

single as (
    select
        r.station_key,
        r.record_count,
        p.level,
        l.is_offered,
        p.port_kw,
        row_number() over (partition by r.station_key, r.feed, p.level order by p.port_kw desc nulls last) as port_number
    from record as r
    join core.feed_port as p using (feed, source_id, record_number)
    left join core.level as l using (level)
    cross join generate_series(1, p.port_count)
    where r.is_counted
),

-- feeds miss ports, and their power, sooner than they invent them: the strongest port of one is that of another, and so on
port as (
    select
        station_key,
        level,
        max(port_kw) as port_kw,
        bool_or(is_offered) over (partition by station_key) and record_count > 1 as is_level_told
    from single
    group by station_key, record_count, level, is_offered, port_number
)

-- once a feed tells the level, the ports of unknown level in another are the same ports
select station_key, level, port_kw, count(*)::integer as port_count
from port
where level is not null or is_level_told is not true
group by station_key, level, port_kw
with no data;

create unique index station_port_key on core.station_port (station_key, level, port_kw) nulls not distinct;

comment on materialized view core.station_port is
    'Ports of charging stations by level and power: of each feed the sum, of the feeds the greatest; of records that serve, where one does.';
comment on column core.station_port.station_key is 'Station.';
comment on column core.station_port.level is 'Level; null when no feed tells.';
comment on column core.station_port.port_kw is 'Power of each of these ports; null when no feed tells.';
comment on column core.station_port.port_count is 'How many.';
