-- needs: staging.openchargemap_station, staging.openchargemap_connection
-- grain: one row per (source_id, record_number, level, port_kw)

create view core.openchargemap_port as

with plug as (
    select c.source_id, c.record_number, c.level, c.power_kw as port_kw, c.port_count
    from staging.openchargemap_connection as c
    join staging.openchargemap_station as s using (source_id, record_number)
    -- a connection that is broken, removed or not yet built is no port
    where c.status = 'in_service' or s.status = 'planned'
    union all
    -- a station without connections has its points, of unknown level
    select source_id, record_number, null, null, point_count
    from staging.openchargemap_station
    where not has_connections
),

single as (
    select
        p.source_id,
        p.record_number,
        p.level,
        p.port_kw,
        row_number() over (
            partition by p.source_id, p.record_number order by p.level desc nulls last, p.port_kw desc nulls last
        ) as port_number
    from plug as p
    cross join generate_series(1, p.port_count)
)

-- a stall with two plugs is two connections and one point: no more ports than points, the fastest first
select p.source_id, p.record_number, p.level, p.port_kw, count(*)::integer as port_count
from single as p
join staging.openchargemap_station as s using (source_id, record_number)
where p.port_number <= coalesce(nullif(s.point_count, 0), p.port_number)
group by p.source_id, p.record_number, p.level, p.port_kw;

comment on view core.openchargemap_port is 'Ports of OpenChargeMap stations by level and power.';
comment on column core.openchargemap_port.source_id is 'The file it came from: staging.load_source.';
comment on column core.openchargemap_port.record_number is 'Place of the record in its file, from 1.';
comment on column core.openchargemap_port.level is 'L1, L2 or L3; null where no connection tells.';
comment on column core.openchargemap_port.port_kw is 'Power of each of these ports, of its best plug; null where no connection tells.';
comment on column core.openchargemap_port.port_count is 'How many.';
