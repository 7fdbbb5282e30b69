-- needs: raw.reference_plan_station, raw.load
-- grain: one row per (source_id, record_number, level)

create view staging.reference_plan_port as

select s.source_id, s.record_number, l.level, l.port_count_before, l.port_count_after
from raw.reference_plan_station as s
cross join lateral (
    values ('L2', s.l2_port_count_before, s.l2_port_count_after), ('L3', s.l3_port_count_before, s.l3_port_count_after)
) as l (level, port_count_before, port_count_after)
where s.load_id = (select load_id from raw.load where is_current);

comment on view staging.reference_plan_port is 'Ports of the stations of a published plan by level, before and after.';
comment on column staging.reference_plan_port.source_id is 'The file it came from: staging.load_source.';
comment on column staging.reference_plan_port.record_number is 'Place of the station in its file, from 1.';
comment on column staging.reference_plan_port.level is 'L2 or L3.';
comment on column staging.reference_plan_port.port_count_before is 'Ports before.';
comment on column staging.reference_plan_port.port_count_after is 'Ports after.';
