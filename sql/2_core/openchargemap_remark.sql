-- needs: staging.openchargemap_connection, staging.openchargemap_station
-- grain: one row per (source_id, record_number, field, remark)

create view core.openchargemap_remark as

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
where c.level <> c.tagged_level
union all
select
    source_id,
    record_number,
    'ocm:' || s.ocm_id,
    'NumberOfPoints',
    format('%s plugs at %s points; no more ports than points are counted', sum(c.port_count), s.point_count)
from staging.openchargemap_station as s
join staging.openchargemap_connection as c using (source_id, record_number)
where s.point_count > 0 and c.status = 'in_service'
group by source_id, record_number, s.ocm_id, s.point_count
having sum(c.port_count) > s.point_count
union all
select
    source_id,
    record_number,
    'ocm:' || s.ocm_id,
    'NumberOfPoints',
    format('%s plugs at %s points; the plugs are counted', sum(c.quantity), s.point_count)
from staging.openchargemap_station as s
join staging.openchargemap_connection as c using (source_id, record_number)
where c.status = 'in_service'
group by source_id, record_number, s.ocm_id, s.point_count
having sum(c.quantity) < s.point_count and bool_and(c.quantity is not null)
union all
select source_id, record_number, 'ocm:' || ocm_id, 'SubmissionStatusTypeID', 'OpenChargeMap does not show it; it is not in service'
from staging.openchargemap_station
where not is_live and stated_status = 'in_service'
union all
select
    source_id, record_number, 'ocm:' || ocm_id, 'StatusTypeID',
    format('the station is %s and its connections are not; it is %s', replace(stated_status, '_', ' '), replace(status, '_', ' '))
from staging.openchargemap_station
where is_live and stated_status <> status
union all
select
    c.source_id, c.record_number, 'ocm:' || s.ocm_id, 'Connections[' || c.connection_number || '].StatusTypeID',
    format('the station is in service and this connection is %s; it is not counted', replace(c.status, '_', ' '))
from staging.openchargemap_connection as c
join staging.openchargemap_station as s using (source_id, record_number)
where s.status = 'in_service' and c.status <> 'in_service';

comment on view core.openchargemap_remark is 'Records of OpenChargeMap that contradict themselves, and how they are read.';
comment on column core.openchargemap_remark.source_id is 'The file: staging.load_source.';
comment on column core.openchargemap_remark.record_number is 'Place of the record in its file, from 1.';
comment on column core.openchargemap_remark.record_key is 'Key of the record in its source.';
comment on column core.openchargemap_remark.field is 'The field.';
comment on column core.openchargemap_remark.remark is 'What is odd, and what it is taken for.';
