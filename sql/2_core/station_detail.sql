-- needs: core.station_source, core.station_status, core.named_municipality
-- grain: one row per (station_key)

create materialized view core.station_detail as

-- What is out of service says nothing of what serves; what a list still has as planned does, and the former record of a station that
-- was registered anew, where no record that serves tells.
with record as (
    select
        k.station_key, k.status, k.status_reason, k.status_as_of, k.status_note, k.status_rank,
        s.source_key, s.detail_rank, s.name, s.operator, s.access, s.access_hours, s.is_open_all_day, s.has_fee, s.owner_type, s.owner_name, s.facility_kind,
        min(k.status_rank) over (partition by k.station_key) as best_rank
    from core.station_source as s
    join (
        select *, case status when 'in_service' then 1 when 'out_of_service' then 2 else 3 end as status_rank from core.station_status
    ) as k using (source_key)
),

heard as (
    select * from record where status_rank = best_rank or status = 'planned' or status_reason = 'registered_anew'
),

-- of the records that decide, what the region file states is said first, then what speaks of the latest day
decided as (
    select distinct on (station_key) station_key, status, status_reason, status_as_of, status_note
    from record
    where status_rank = best_rank
    order by station_key, status_reason is distinct from 'stated', status_as_of desc nulls last, detail_rank, source_key
),

told as (
    select
        station_key,
        -- within a feed the most open
        (array_agg(access order by
            status_rank, detail_rank, array_position(array['public', 'customers', 'members', 'one_make', 'private'], access), source_key
        ) filter (where access is not null))[1] as access,
        (array_agg(access_hours order by status_rank, detail_rank, source_key) filter (where access_hours is not null))[1] as access_hours,
        (array_agg(is_open_all_day order by status_rank, detail_rank, source_key) filter (where is_open_all_day is not null))[1] as is_open_all_day,
        (array_agg(has_fee order by status_rank, detail_rank, source_key) filter (where has_fee is not null))[1] as has_fee,
        (array_agg(owner_type order by status_rank, detail_rank, source_key) filter (where owner_type is not null))[1] as owner_type,
        (array_agg(owner_name order by status_rank, detail_rank, source_key) filter (where owner_name is not null))[1] as owner_name,
        (array_agg(facility_kind order by status_rank, detail_rank, source_key) filter (where facility_kind is not null))[1] as facility_kind
    from heard
    group by station_key
),

named as (
    select r.station_key, coalesce(min(n.municipality) filter (where n.is_operator), min(n.municipality)) as municipality
    from heard as r
    cross join lateral (values (r.name, false), (r.operator, true), (r.owner_name, true)) as v (text, is_operator)
    join core.named_municipality as n using (text, is_operator)
    group by r.station_key
)

select
    t.station_key,
    d.status,
    d.status_reason,
    d.status_as_of,
    d.status_note,
    t.access,
    t.access_hours,
    t.is_open_all_day,
    t.has_fee,
    coalesce(t.owner_type, case when n.municipality is not null then 'municipal' end) as owner_type,
    t.owner_type is null and n.municipality is not null as is_owner_read_from_name,
    coalesce(t.owner_name, case when t.owner_type is null or t.owner_type = 'municipal' then n.municipality end) as owner_name,
    t.facility_kind
from told as t
join decided as d using (station_key)
left join named as n using (station_key)
with no data;

create unique index station_detail_key on core.station_detail (station_key);

comment on materialized view core.station_detail is
    'Who may use a station and who owns it: of the records that serve, where one does, the word of the feed with the lowest detail_rank.';
comment on column core.station_detail.station_key is 'Station.';
comment on column core.station_detail.status is 'in_service if any record says so that counts, else out_of_service, else planned: core.station_status.';
comment on column core.station_detail.status_reason is 'Why that is so, or not sure, of the record that decides: core.station_status; null where there is nothing to say.';
comment on column core.station_detail.status_as_of is 'Day as of which it is so; null where unknown.';
comment on column core.station_detail.status_note is 'What the region file states of it, untrusted text.';
comment on column core.station_detail.access is 'public, customers, members, one_make or private; null when no feed tells.';
comment on column core.station_detail.access_hours is 'When it is open, untrusted text.';
comment on column core.station_detail.is_open_all_day is 'True where these are all hours of all days; null when no feed tells.';
comment on column core.station_detail.has_fee is 'False where charging is free; null when no feed tells.';
comment on column core.station_detail.owner_type is 'municipal, government, utility, private or joint; null when unknown.';
comment on column core.station_detail.is_owner_read_from_name is 'True where no feed tells and the name of the station or its operator names a municipality.';
comment on column core.station_detail.owner_name is 'Owner, where a feed or the name tells, untrusted text.';
comment on column core.station_detail.facility_kind is 'Kind of place, such as hotel; null when no feed tells.';
