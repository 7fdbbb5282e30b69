-- needs: raw.afdc_station, raw.load
-- grain: one row per (source_id, record_number, level)

create view staging.afdc_level as

select s.source_id, s.record_number, l.level, l.port_count
from raw.afdc_station as s
cross join lateral (
    values ('L1', s.level1_port_count), ('L2', s.level2_port_count), ('L3', s.dc_fast_port_count)
) as l (level, port_count)
where s.load_id = (select load_id from raw.load where is_current) and l.port_count > 0;

comment on view staging.afdc_level is 'Ports of stations of the alternative fuels list by level; DC fast is L3.';
comment on column staging.afdc_level.source_id is 'The file it came from: staging.load_source.';
comment on column staging.afdc_level.record_number is 'Place of the station in its file, from 1.';
comment on column staging.afdc_level.level is 'L1, L2 or L3.';
comment on column staging.afdc_level.port_count is 'How many.';
