-- needs: staging.session, core.charging_station, core.region
-- grain: one row per (source_id, station)

create view core.session_station as

-- by the id that the region file gives, or the records themselves; else the nearest, as near as feeds tell one station
with named as (
    select
        source_id,
        station,
        coalesce(max(station_id), station) as station_id,
        st_centroid(st_collect(geom))::geometry(Point, :metric_srid) as geom
    from staging.session
    group by source_id, station
)

select
    n.source_id,
    n.station,
    n.station_id,
    coalesce(i.station_key, p.station_key) as station_key,
    n.geom
from named as n
cross join core.region as r
left join core.charging_station as i on n.station_id = any (i.source_ids)
left join lateral (
    select c.station_key
    from core.charging_station as c
    where i.station_key is null and st_dwithin(c.geom, n.geom, r.station_merge_m)
    order by c.geom <-> n.geom, c.station_key
    limit 1
) as p on true;

comment on view core.session_station is 'Stations that session records name, and which of the region they are.';
comment on column core.session_station.source_id is 'The file it came from: staging.load_source.';
comment on column core.session_station.station is 'The station as the records name it, untrusted text.';
comment on column core.session_station.station_id is 'The station as a feed names it, if the region file or the records tell; else as the records name it.';
comment on column core.session_station.station_key is 'The station of the region; null when no feed has it: its sessions measure people, but no station.';
comment on column core.session_station.geom is 'Its place by the records; null when unknown.';
