-- needs: staging.load_source, core.station_record, core.station_source, core.station_unlisted, core.station_status, core.charging_station
-- grain: one row per (topic, code, value)

create view analysis.station_assumption as

-- each list of the registry with those before it
with list as (
    select n.source_id, n.file_name, n.data_until as listed_on
    from staging.load_source as n
    where n.source = 'afdc' and n.loader <> 'geometry' and n.row_count > 0
        and exists (select from staging.load_source as o where o.source = 'afdc' and o.loader <> 'geometry' and o.data_until < n.data_until)
),

told as (
    select
        r.source_id,
        r.source_key,
        bool_or(o.status = 'in_service') as is_served_before
    from core.station_record as r
    join core.station_source as s using (source_key)
    left join core.station_record as o on o.source_key = r.source_key and o.listed_on < r.listed_on
    where r.feed = 'afdc'
    group by r.source_id, r.source_key
)

select 'stations' as topic, 'station_list_compared' as code, jsonb_build_object(
    'file_name', l.file_name, 'day', l.listed_on::text,
    'kept_count', (select count(*) from told as t where t.source_id = l.source_id and t.is_served_before),
    'new_count', (select count(*) from told as t where t.source_id = l.source_id and t.is_served_before is null),
    'moved_count', count(*) filter (where u.successor_key is not null),
    'count', count(*) filter (where u.source_key is not null and u.successor_key is null)
) as value
from list as l
left join (
    select u.* from core.station_unlisted as u join core.station_source as s using (source_key) where s.status = 'in_service'
) as u on u.list_source_id = l.source_id
group by l.source_id, l.file_name, l.listed_on
union all
select 'stations', 'station_older_list', jsonb_build_object('day', status_as_of::text, 'count', count(*))
from core.charging_station
where is_in_service and status_reason = 'older_list'
group by status_as_of
union all
select 'stations', 'station_other_list', jsonb_build_object('day', status_as_of::text, 'count', count(*))
from core.charging_station
where is_in_service and status_reason = 'other_list'
group by status_as_of
union all
select 'stations', 'station_closed_with', jsonb_build_object('day', status_as_of::text, 'count', count(*))
from core.station_status
where status_reason = 'closed_with'
group by status_as_of
union all
select 'stations', 'station_stated', jsonb_build_object(
    'count', count(*) filter (where is_in_service), 'closed_count', count(*) filter (where not is_in_service)
)
from core.charging_station
where status_reason = 'stated'
having count(*) > 0;

comment on view analysis.station_assumption is 'What lists of stations of different days come to: what closed, was registered anew or is new, and what is known from an older list alone.';
comment on column analysis.station_assumption.topic is 'What it is about.';
comment on column analysis.station_assumption.code is 'What is assumed: db/common/assumption.toml has the words, in both languages.';
comment on column analysis.station_assumption.value is 'Numbers and names that the words take.';
