-- needs: core.charging_station, core.site_address, core.station_port, core.site, core.site_profile, analysis.utilisation, report.level,
--   staging.degrees
-- grain: one row per (station_key)

create view report.existing_station as

with port as (
    select
        p.station_key,
        sum(p.port_count)::integer as port_count,
        coalesce(sum(p.port_count) filter (where p.level is null), 0)::integer as unknown_port_count,
        (array_agg(p.level order by l.level_id desc nulls last) filter (where p.level is not null))[1] as top_level,
        max(p.port_kw) as port_kw_max
    from core.station_port as p
    left join report.level as l using (level)
    group by p.station_key
)

select
    row_number() over (order by s.station_key) as existing_station_id,
    s.station_key,
    c.site_id,
    array_to_string(s.source_ids, ', ') as source_ids,
    s.name,
    s.operator,
    coalesce(p.port_count, 0) as port_count,
    coalesce(p.unknown_port_count, 0) as unknown_port_count,
    p.top_level,
    p.port_kw_max,
    s.status,
    s.status_reason,
    s.status_as_of,
    s.status_note,
    s.access,
    s.access_hours,
    s.is_open_all_day,
    s.has_fee,
    s.owner_type,
    s.owner_name,
    s.is_owner_read_from_name,
    s.facility_kind,
    s.is_in_service,
    s.is_public,
    s.opened_on,
    u.utilisation_share,
    u.is_estimate as is_utilisation_estimated,
    u.session_count,
    u.measured_from,
    u.measured_to,
    a.address,
    a.city,
    o.owner_class,
    o.kw,
    round(st_x(staging.degrees(s.geom))::numeric, 6)::double precision as lon,
    round(st_y(staging.degrees(s.geom))::numeric, 6)::double precision as lat,
    s.geom::geometry(Point, :metric_srid) as geom
from core.charging_station as s
join core.site_address as a on a.site_key = s.station_key
left join port as p using (station_key)
left join core.site as c on c.site_key = s.station_key
left join analysis.utilisation as u on u.site_id = c.site_id
left join core.site_profile as o on o.site_id = c.site_id;

comment on view report.existing_station is 'Charging stations as the feeds have them today, in service or not; report.station_port has their ports in rows.';
comment on column report.existing_station.existing_station_id is 'Key for GIS clients.';
comment on column report.existing_station.station_key is 'Key of the station.';
comment on column report.existing_station.site_id is 'Number of the site, by which locks and scenarios name it; null for a station that is not in service.';
comment on column report.existing_station.source_ids is 'Records of the feeds that it was made from.';
comment on column report.existing_station.name is 'Name, untrusted text.';
comment on column report.existing_station.operator is 'Operator, untrusted text.';
comment on column report.existing_station.port_count is 'All ports.';
comment on column report.existing_station.unknown_port_count is 'Those whose level no feed tells; as ports of a site they count as the lowest level.';
comment on column report.existing_station.top_level is 'Level of the highest rank; null where no feed tells.';
comment on column report.existing_station.port_kw_max is 'Power of its strongest port, where known.';
comment on column report.existing_station.status is 'in_service, planned or out_of_service.';
comment on column report.existing_station.status_reason is
    'stated, not_listed, registered_anew, older_list or other_list: core.station_status; null where there is nothing to say.';
comment on column report.existing_station.status_as_of is 'Day as of which it is in service, or not; null where unknown.';
comment on column report.existing_station.status_note is 'What the region file states of it, untrusted text.';
comment on column report.existing_station.access is 'public, customers, members, one_make or private; null when no feed tells.';
comment on column report.existing_station.access_hours is 'When it is open, untrusted text.';
comment on column report.existing_station.is_open_all_day is 'True where these are all hours of all days; null when no feed tells.';
comment on column report.existing_station.has_fee is 'False where charging is free; null when no feed tells.';
comment on column report.existing_station.owner_type is 'municipal, government, utility, private or joint; null when unknown.';
comment on column report.existing_station.owner_name is 'Owner, where a feed or the name tells, untrusted text.';
comment on column report.existing_station.is_owner_read_from_name is 'True where no feed tells the owner and a name does.';
comment on column report.existing_station.facility_kind is 'Kind of place, such as hotel; null when no feed tells.';
comment on column report.existing_station.is_in_service is 'True when in service, whoever may use it.';
comment on column report.existing_station.is_public is 'True when in service and not known to be closed to any of the public.';
comment on column report.existing_station.opened_on is 'Day it opened.';
comment on column report.existing_station.utilisation_share is 'Share of the time that its ports are busy, measured or estimated; null where it is no site.';
comment on column report.existing_station.is_utilisation_estimated is 'True where that was not measured.';
comment on column report.existing_station.session_count is 'Session records that it was measured by; null where it was not by these.';
comment on column report.existing_station.measured_from is 'First day that was measured; null when unknown or estimated.';
comment on column report.existing_station.measured_to is 'Last day.';
comment on column report.existing_station.address is 'Where it is, for people: number and street, street, or coordinates; untrusted text.';
comment on column report.existing_station.city is 'Town of the nearest civic address; untrusted text.';
comment on column report.existing_station.owner_class is 'Whose land it is: public or private; null where no source tells.';
comment on column report.existing_station.lon is 'Longitude, degrees.';
comment on column report.existing_station.lat is 'Latitude, degrees.';
comment on column report.existing_station.kw is 'Power of its ports; null where it is no site or the power of any is not known.';
comment on column report.existing_station.geom is 'Place.';
