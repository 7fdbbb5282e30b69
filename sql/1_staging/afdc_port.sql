-- needs: raw.afdc_station, raw.load
-- grain: one row per (source_id, record_number, port_number)

create view staging.afdc_port as

select
    s.source_id,
    s.record_number,
    p.port_number::integer,
    coalesce((p.value ->> 'level1_port_count')::integer, 0) as l1_port_count,
    coalesce((p.value ->> 'level2_port_count')::integer, 0) as l2_port_count,
    coalesce((p.value ->> 'dc_fast_port_count')::integer, 0) as l3_port_count,
    nullif((p.value ->> 'power_kw')::double precision, 0) as port_kw
from raw.afdc_station as s
cross join lateral jsonb_array_elements(s.ports) with ordinality as p (value, port_number)
where s.load_id = (select load_id from raw.load where is_current);

comment on view staging.afdc_port is 'Ports of stations of the alternative fuels list, where it came as the file of ports.';
comment on column staging.afdc_port.source_id is 'The file it came from: staging.load_source.';
comment on column staging.afdc_port.record_number is 'Place of the station in its file, from 1.';
comment on column staging.afdc_port.port_number is 'Place of the line among those of its station, from 1.';
comment on column staging.afdc_port.l1_port_count is 'Level 1 ports.';
comment on column staging.afdc_port.l2_port_count is 'Level 2 ports.';
comment on column staging.afdc_port.l3_port_count is 'DC fast ports.';
comment on column staging.afdc_port.port_kw is 'Highest power of its connectors; 0 counts as unknown.';
