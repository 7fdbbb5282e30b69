-- needs: staging.openchargemap_connection, staging.openchargemap_station, staging.afdc_station
-- grain: one row per (source_id, record_number, field)

create view core.source_remark as

select
    c.source_id,
    c.record_number,
    'ocm:' || s.ocm_id as record_key,
    'Connections[' || c.connection_number || ']' as field,
    format(
        'tagged level %s with %s; it is taken to be %s',
        c.level_id, concat_ws(' and ', c.power_kw || ' kW', case when c.current_type_id = 30 then 'direct current' end), c.level
    ) as remark
from staging.openchargemap_connection as c
join staging.openchargemap_station as s using (source_id, record_number)
where c.level_id between 1 and 3 and c.level <> 'L' || c.level_id
union all
select
    source_id,
    record_number,
    'ocm:' || s.ocm_id,
    'NumberOfPoints',
    format('%s plugs at %s points; no more ports than points are counted', sum(c.port_count), s.point_count)
from staging.openchargemap_station as s
join staging.openchargemap_connection as c using (source_id, record_number)
where s.point_count > 0
group by source_id, record_number, s.ocm_id, s.point_count
having sum(c.port_count) > s.point_count
union all
select source_id, record_number, 'afdc:' || afdc_id, 'EV Level2 EVSE Num', 'no count of ports; it is one port of unknown level'
from staging.afdc_station
where fuel_type_code = 'ELEC' and l1_port_count + l2_port_count + l3_port_count = 0;

comment on view core.source_remark is 'Records that contradict themselves or are silent where they should speak, and how they are read.';
comment on column core.source_remark.source_id is 'The file: staging.load_source.';
comment on column core.source_remark.record_number is 'Place of the record in its file, from 1.';
comment on column core.source_remark.record_key is 'Key of the record in its source.';
comment on column core.source_remark.field is 'The field.';
comment on column core.source_remark.remark is 'What is odd, and what it is taken for.';
