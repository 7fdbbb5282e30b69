-- needs: staging.afdc_station
-- grain: one row per (source_id, record_number, field)

create view staging.afdc_remark as

select
    source_id,
    record_number,
    'afdc:' || afdc_id as record_key,
    'EV Level2 EVSE Num' as field,
    'no count of ports; it is one port of unknown level' as remark
from staging.afdc_station
where fuel_type_code = 'ELEC' and port_count = 0
union all
select
    source_id, record_number, 'afdc:' || afdc_id, 'Owner Type Code',
    format('a public body as the owner of a %s; the owner counts as unknown', replace(facility_kind, '_', ' '))
from staging.afdc_station
where fuel_type_code = 'ELEC' and is_owner_doubtful;

comment on view staging.afdc_remark is 'Stations of the alternative fuels list that count no port, or whose owner cannot be right.';
comment on column staging.afdc_remark.source_id is 'The file: staging.load_source.';
comment on column staging.afdc_remark.record_number is 'Place of the record in its file, from 1.';
comment on column staging.afdc_remark.record_key is 'Key of the record in its source.';
comment on column staging.afdc_remark.field is 'The field, by the name of its column in the list.';
comment on column staging.afdc_remark.remark is 'What is odd, and what it is taken for.';
