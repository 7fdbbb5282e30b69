-- needs: staging.openchargemap_station, staging.openchargemap_connection
-- grain: one row per (source_id, record_number)

create view core.openchargemap_port as

with quantity as (
    select
        s.source_id,
        s.record_number,
        coalesce(sum(c.port_count) filter (where c.level = 'L1'), 0)::integer as l1_count,
        coalesce(sum(c.port_count) filter (where c.level = 'L2'), 0)::integer as l2_count,
        coalesce(sum(c.port_count) filter (where c.level = 'L3'), 0)::integer as l3_count,
        -- a station without connections has its points, of unknown level
        case
            when not s.has_connections then coalesce(s.point_count, 0)
            else coalesce(sum(c.port_count) filter (where c.level is null), 0)
        end::integer as unknown_count,
        max(c.power_kw) filter (where c.level = 'L3') as l3_power_kw,
        -- a stall with two plugs is two connections and one point: no more ports than points, the fastest first
        coalesce(nullif(s.point_count, 0), 2147483647) as point_count
    from staging.openchargemap_station as s
    -- a connection that is broken, removed or not yet built is no port
    left join staging.openchargemap_connection as c
        on c.source_id = s.source_id and c.record_number = s.record_number and (c.status = 'in_service' or s.status = 'planned')
    group by s.source_id, s.record_number, s.point_count, s.has_connections
)

select
    source_id,
    record_number,
    least(l3_count, point_count) as l3_port_count,
    least(l2_count, greatest(point_count - l3_count, 0)) as l2_port_count,
    least(l1_count, greatest(point_count - l3_count - l2_count, 0)) as l1_port_count,
    least(unknown_count, greatest(point_count - l3_count - l2_count - l1_count, 0)) as unknown_port_count,
    l3_power_kw
from quantity;

comment on view core.openchargemap_port is 'Ports of OpenChargeMap stations by level; the same records as openchargemap_station, counted.';
comment on column core.openchargemap_port.source_id is 'The file it came from: staging.load_source.';
comment on column core.openchargemap_port.record_number is 'Place of the record in its file, from 1.';
comment on column core.openchargemap_port.l3_port_count is 'L3 ports.';
comment on column core.openchargemap_port.l2_port_count is 'L2 ports.';
comment on column core.openchargemap_port.l1_port_count is 'Level 1 ports.';
comment on column core.openchargemap_port.unknown_port_count is 'Ports of unknown level.';
comment on column core.openchargemap_port.l3_power_kw is 'Highest power of an L3 connection.';
