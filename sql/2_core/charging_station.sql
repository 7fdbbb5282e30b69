-- needs: core.station_source, core.station_status, core.station_detail, core.station_port
-- grain: one row per (station_key)

create materialized view core.charging_station as

with port as (
    select
        station_key,
        sum(port_count)::integer as port_count,
        sum(port_count) filter (where level is null)::integer as unknown_port_count
    from core.station_port
    group by station_key
),

station as (
    select
        k.station_key,
        array_agg(s.source_key order by s.feed_rank, s.source_key) as source_ids,
        (array_agg(s.name order by g.is_gone, s.feed_rank, s.source_key) filter (where s.name is not null))[1] as name,
        (array_agg(s.operator order by g.is_gone, s.feed_rank, s.source_key) filter (where s.operator_key is not null))[1] as operator,
        min(s.opened_on) filter (where k.status <> 'planned') as opened_on,
        (array_agg(s.geom order by g.is_gone, s.feed_rank, s.source_key))[1]::geometry(Point, :metric_srid) as geom
    from core.station_source as s
    join core.station_status as k using (source_key)
    cross join lateral (
        select coalesce(k.status_reason in ('registered_anew', 'not_listed', 'closed_with'), false) as is_gone
    ) as g
    group by k.station_key
)

select
    s.station_key,
    s.source_ids,
    s.name,
    s.operator,
    coalesce(p.port_count, 0) as port_count,
    coalesce(p.unknown_port_count, 0) as unknown_port_count,
    d.status,
    d.status_reason,
    d.status_as_of,
    d.status_note,
    d.access,
    d.access_hours,
    d.is_open_all_day,
    d.has_fee,
    d.owner_type,
    d.is_owner_read_from_name,
    d.owner_name,
    d.facility_kind,
    d.status = 'in_service' as is_in_service,
    d.status = 'in_service' and coalesce(d.access, 'public') = 'public' as is_public,
    d.status = 'planned' as is_planned,
    s.opened_on,
    s.geom
from station as s
join core.station_detail as d using (station_key)
left join port as p using (station_key)
with no data;

create unique index charging_station_key on core.charging_station (station_key);
create index charging_station_geom_idx on core.charging_station using gist (geom);

comment on materialized view core.charging_station is 'Charging stations, each once, whichever feeds know them.';
comment on column core.charging_station.station_key is 'First source id, such as ocm:900001.';
comment on column core.charging_station.source_ids is 'All source ids.';
comment on column core.charging_station.name is 'Name, untrusted text.';
comment on column core.charging_station.operator is 'Operator.';
comment on column core.charging_station.port_count is 'Ports of all levels, known or not: core.station_port.';
comment on column core.charging_station.unknown_port_count is 'Ports of unknown level; core.offered_port counts them as the lowest.';
comment on column core.charging_station.status is 'in_service if any record says so that counts, else out_of_service, else planned: core.station_status.';
comment on column core.charging_station.status_reason is 'Why that is so, or not sure, of the record that decides: core.station_status; null where there is nothing to say.';
comment on column core.charging_station.status_as_of is 'Day as of which it is so; null where unknown.';
comment on column core.charging_station.status_note is 'What the region file states of it, untrusted text.';
comment on column core.charging_station.access is 'public, customers, members, one_make or private; null when no feed tells.';
comment on column core.charging_station.access_hours is 'When it is open, untrusted text.';
comment on column core.charging_station.is_open_all_day is 'True where these are all hours of all days; null when no feed tells.';
comment on column core.charging_station.has_fee is 'False where charging is free; null when no feed tells.';
comment on column core.charging_station.owner_type is 'municipal, government, utility, private or joint; null when unknown.';
comment on column core.charging_station.is_owner_read_from_name is 'True where no feed tells the owner and a name does: core.named_municipality.';
comment on column core.charging_station.owner_name is 'Owner, where a feed or the name tells, untrusted text.';
comment on column core.charging_station.facility_kind is 'Kind of place, such as hotel; null when no feed tells.';
comment on column core.charging_station.is_in_service is 'True when in service, whoever may use it.';
comment on column core.charging_station.is_public is 'True when in service and not known to be closed to any of the public.';
comment on column core.charging_station.is_planned is 'True when planned.';
comment on column core.charging_station.opened_on is 'Day it opened, where known.';
comment on column core.charging_station.geom is 'Place, from the first feed that has it; of records that are gone only where there is no other.';
