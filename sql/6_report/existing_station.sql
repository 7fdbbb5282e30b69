-- needs: core.charging_station
-- grain: one row per (station_key)

create view report.existing_station as

select
    row_number() over (order by station_key) as existing_station_id,
    station_key,
    array_to_string(source_ids, ', ') as source_ids,
    name,
    operator,
    l2_port_count,
    l3_port_count,
    l3_power_kw,
    unknown_port_count,
    status,
    access,
    is_in_service,
    opened_on,
    geom::geometry(Point, :metric_srid) as geom
from core.charging_station;

comment on view report.existing_station is 'Charging stations as the feeds have them today, in service or not.';
comment on column report.existing_station.existing_station_id is 'Key for GIS clients.';
comment on column report.existing_station.station_key is 'Key of the station.';
comment on column report.existing_station.source_ids is 'Records of the feeds that it was made from.';
comment on column report.existing_station.name is 'Name, untrusted text.';
comment on column report.existing_station.operator is 'Operator, untrusted text.';
comment on column report.existing_station.l2_port_count is 'L2 ports.';
comment on column report.existing_station.l3_port_count is 'L3 ports.';
comment on column report.existing_station.l3_power_kw is 'Highest power of an L3 port.';
comment on column report.existing_station.unknown_port_count is 'Ports of unknown level; as a site they count as L2.';
comment on column report.existing_station.status is 'in_service, planned or out_of_service.';
comment on column report.existing_station.access is 'public or private; empty when no feed tells.';
comment on column report.existing_station.is_in_service is 'True when it serves the public today: only these are sites.';
comment on column report.existing_station.opened_on is 'Day it opened.';
comment on column report.existing_station.geom is 'Place.';
