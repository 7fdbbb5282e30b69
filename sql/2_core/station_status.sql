-- needs: core.station_source, core.station_member, core.station_unlisted, staging.load_source, staging.stated_station
-- grain: one row per (source_key)

create materialized view core.station_status as

with record as (
    select m.station_key, s.source_key, s.feed, s.status, s.listed_on, u.lacked_on, u.successor_key, u.source_key is not null as is_unlisted, s.geom
    from core.station_source as s
    join core.station_member as m using (source_key)
    left join core.station_unlisted as u using (source_key)
),

station as (
    select
        station_key,
        max(lacked_on) filter (where is_unlisted and successor_key is null) as closed_on,
        coalesce(bool_or(feed = 'afdc' and status = 'in_service' and not is_unlisted), false) as is_listed
    from record
    group by station_key
),

-- a station is closed as a whole; it is kept by the record that is named
stated as (
    select
        r.station_key,
        (array_agg(t.source_key order by t.source_key) filter (where t.status = 'in_service')) as kept_keys,
        bool_or(t.status = 'out_of_service') as is_closed,
        (array_agg(t.reason order by t.source_key))[1] as reason,
        max(t.since) as since
    from staging.stated_station as t
    join record as r using (source_key)
    group by r.station_key
),

list as (
    select data_until as listed_on, covers
    from staging.load_source
    where source = 'afdc' and loader <> 'geometry' and row_count > 0
)

select
    r.source_key,
    r.station_key,
    k.reason as status_reason,
    case
        when k.reason = 'stated' and t.is_closed then 'out_of_service'
        when k.reason = 'stated' then 'in_service'
        when k.reason in ('registered_anew', 'not_listed', 'closed_with') then 'out_of_service'
        else r.status
    end as status,
    case k.reason
        when 'stated' then t.since
        when 'registered_anew' then r.lacked_on
        when 'not_listed' then r.lacked_on
        when 'closed_with' then s.closed_on
        else r.listed_on
    end as status_as_of,
    case when k.reason = 'stated' then t.reason end as status_note
from record as r
join station as s using (station_key)
left join stated as t using (station_key)
cross join lateral (
    select
        case
            when t.is_closed or r.source_key = any (t.kept_keys) then 'stated'
            when r.is_unlisted and r.successor_key is not null then 'registered_anew'
            when r.is_unlisted then 'not_listed'
            when r.feed <> 'afdc' and r.status <> 'planned' and not s.is_listed and r.listed_on < s.closed_on then 'closed_with'
            when r.status <> 'in_service' then null
            when r.feed = 'afdc' and exists (select from list as n where n.listed_on > r.listed_on) then 'older_list'
            when r.feed <> 'afdc' and not s.is_listed
                and exists (select from list as n where n.listed_on > r.listed_on and (n.covers is null or st_covers(n.covers, r.geom)))
                then 'other_list'
        end as reason
) as k
with no data;

create unique index station_status_key on core.station_status (source_key);

comment on materialized view core.station_status is 'Whether each record of a feed speaks of a station in service, and why it is not, or may not be.';
comment on column core.station_status.source_key is 'The record.';
comment on column core.station_status.station_key is 'Its station.';
comment on column core.station_status.status is 'in_service, planned or out_of_service: as the record says, unless the reason is another.';
comment on column core.station_status.status_reason is
    'stated: by the region file; registered_anew, not_listed: a newer list of the registry lacks it, and has another record there or none; closed_with: the registry closed it since; older_list: in service by a list of the registry that is not its newest, which does not cover the place; other_list: in service by a feed that is older than the registry, which does not have it; null where there is nothing to say.';
comment on column core.station_status.status_as_of is 'Day as of which it is so: of the list that tells, or as the region file states; null where unknown.';
comment on column core.station_status.status_note is 'What the region file states, untrusted text.';
