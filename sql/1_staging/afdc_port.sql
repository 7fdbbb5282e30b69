-- needs: raw.afdc_station, raw.load
-- grain: one row per (source_id, record_number, port_number, level)

create view staging.afdc_port as

select
    s.source_id,
    s.record_number,
    p.port_number::integer,
    l.level,
    (p.value ->> l.field)::integer as port_count,
    nullif((p.value ->> 'power_kw')::double precision, 0) as port_kw
from raw.afdc_station as s
cross join lateral jsonb_array_elements(s.ports) with ordinality as p (value, port_number)
cross join (values ('L1', 'level1_port_count'), ('L2', 'level2_port_count'), ('L3', 'dc_fast_port_count')) as l (level, field)
where s.load_id = (select load_id from raw.load where is_current) and (p.value ->> l.field)::integer > 0;

comment on view staging.afdc_port is 'Ports of stations of the alternative fuels list by level, where it came as the file of ports.';
comment on column staging.afdc_port.source_id is 'The file it came from: staging.load_source.';
comment on column staging.afdc_port.record_number is 'Place of the station in its file, from 1.';
comment on column staging.afdc_port.port_number is 'Place of the line among those of its station, from 1.';
comment on column staging.afdc_port.level is 'L1, L2 or L3; DC fast is L3.';
comment on column staging.afdc_port.port_count is 'Ports of that level on the line.';
comment on column staging.afdc_port.port_kw is 'Highest power of the connectors of the line; 0 counts as unknown.';
