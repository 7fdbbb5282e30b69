-- needs: core.station_port
-- grain: one row per (station_key, level, port_kw)

create view report.station_port as

select
    row_number() over (order by station_key, level, port_kw) as station_port_id,
    station_key,
    level,
    port_kw,
    port_count
from core.station_port;

comment on view report.station_port is 'Ports of the stations of today by level and power, as the feeds tell.';
comment on column report.station_port.station_port_id is 'Key for GIS clients.';
comment on column report.station_port.station_key is 'The station, of report.existing_station.';
comment on column report.station_port.level is 'The level; null when no feed tells.';
comment on column report.station_port.port_kw is 'Power of each of these ports; null when no feed tells.';
comment on column report.station_port.port_count is 'How many.';
