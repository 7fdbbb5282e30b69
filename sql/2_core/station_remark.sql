-- needs: core.station_source, core.station_status
-- grain: one row per (source_id, record_number)

create view core.station_remark as

select
    s.source_id,
    s.record_number,
    s.source_key as record_key,
    'status' as field,
    case k.status_reason
        when 'not_listed' then format('the list of %s lacks it; it counts as closed', k.status_as_of)
        when 'registered_anew' then format('the list of %s has another record at its place instead', k.status_as_of)
        when 'closed_with' then format('it counts as closed, as the list of %s lacks what stood at its place', k.status_as_of)
        when 'older_list' then format('in service by the list of %s, which no newer one covers', k.status_as_of)
        when 'other_list' then format('in service by the list of %s; a newer list of the registry does not have it', k.status_as_of)
        else format('%s, as the region file states: %s', replace(k.status, '_', ' '), k.status_note)
    end as remark
from core.station_source as s
join core.station_status as k using (source_key)
where k.status_reason is not null;

comment on view core.station_remark is 'Stations whose state follows from several lists, or is not sure.';
comment on column core.station_remark.source_id is 'The file: staging.load_source.';
comment on column core.station_remark.record_number is 'Place of the record in its file, from 1.';
comment on column core.station_remark.record_key is 'Key of the record in its source.';
comment on column core.station_remark.field is 'The field: status.';
comment on column core.station_remark.remark is 'What follows.';
