-- needs: core.reference_plan_station, staging.reference_plan_port
-- grain: one row per (reference_plan_station_id, level)

create view core.reference_plan_port as

select s.reference_plan_station_id, p.level, p.port_count_before, p.port_count_after
from core.reference_plan_station as s
join staging.reference_plan_port as p using (source_id, record_number);

comment on view core.reference_plan_port is 'Ports of the stations of a published plan by level, before and after.';
comment on column core.reference_plan_port.reference_plan_station_id is 'The station: core.reference_plan_station.';
comment on column core.reference_plan_port.level is 'The level.';
comment on column core.reference_plan_port.port_count_before is 'Ports before.';
comment on column core.reference_plan_port.port_count_after is 'Ports after.';
