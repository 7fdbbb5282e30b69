-- needs: staging.openchargemap_station, staging.openchargemap_connection
-- grain: one row per (source_id, record_number, level, port_kw)

create view core.openchargemap_plug as

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
)

select source_id, record_number, level, port_kw, sum(port_count)::integer as port_count
from plug
group by source_id, record_number, level, port_kw;

comment on view core.openchargemap_plug is 'Plugs of OpenChargeMap stations by level and power; two at one stall are one port: core.point_port.';
comment on column core.openchargemap_plug.source_id is 'The file it came from: staging.load_source.';
comment on column core.openchargemap_plug.record_number is 'Place of the record in its file, from 1.';
comment on column core.openchargemap_plug.level is 'Level; null where no connection tells.';
comment on column core.openchargemap_plug.port_kw is 'Power of each of these plugs; null where no connection tells.';
comment on column core.openchargemap_plug.port_count is 'How many; null where a station without connections does not say.';
