-- needs: analysis.measured_session, core.offered_port, core.region
-- grain: one row per (session_port_id)

create view analysis.session_port as

with counted as (
    select * from analysis.measured_session where is_counted
),

total as (
    select
        session_port_id,
        bool_and(has_port) as has_port,
        min(station) as station,
        min(station_key) as station_key,
        max(level) as level,
        count(*)::integer as session_count,
        min(started_local) as first_start,
        max(started_local) as last_start,
        sum(plugged_min order by session_id) as plugged_min,
        sum(charging_min order by session_id) as charging_min,
        sum(energy_kwh order by session_id) as energy_kwh,
        count(energy_kwh)::integer as energy_session_count
    from counted
    group by session_port_id
),

-- sessions that overlap count once here: at a port that serves two cars, or where clocks are wrong, less than all minutes plugged in
busy as (
    select b.session_port_id, sum(extract(epoch from upper(b.period) - lower(b.period)) / 60)::double precision as busy_min
    from (
        select session_port_id, unnest(range_agg(tstzrange(started_at, ended_at))) as period
        from counted
        group by session_port_id
    ) as b
    group by b.session_port_id
),

-- where records tell only the station, it has at least the ports of the level that were busy at once
at_once as (
    select e.session_port_id, max(e.busy_count)::integer as busy_count
    from (
        select c.session_port_id, sum(v.change) over (partition by c.session_port_id order by v.at, v.change rows unbounded preceding) as busy_count
        from counted as c
        cross join lateral (values (c.started_at, 1), (c.ended_at, -1)) as v (at, change)
        where not c.has_port
    ) as e
    group by e.session_port_id
),

port as (
    select
        t.*,
        case when t.has_port then 1 else greatest(o.busy_count, c.port_count) end::integer as port_count,
        b.busy_min,
        -- periods of 24 hours that had begun by the last start
        floor(extract(epoch from t.last_start - t.first_start) / (24 * 60 * 60))::integer + 1 as day_count
    from total as t
    join busy as b using (session_port_id)
    left join at_once as o using (session_port_id)
    left join (
        select station_key, level, sum(port_count) as port_count from core.offered_port group by station_key, level
    ) as c on c.station_key = t.station_key and c.level = t.level
)

select
    p.session_port_id,
    p.station,
    p.station_key,
    p.level,
    p.port_count,
    p.session_count,
    p.day_count,
    p.day_count * p.port_count as port_day_count,
    p.first_start,
    p.last_start,
    p.plugged_min,
    p.busy_min,
    p.charging_min,
    p.energy_kwh,
    p.energy_session_count,
    p.session_count::double precision / (p.day_count * p.port_count) as session_per_day,
    least(p.plugged_min / (p.day_count * p.port_count * 24 * 60), 1) as utilisation_share,
    p.day_count >= r.session_port_day_min as is_typical
from port as p
cross join core.region as r;

comment on view analysis.session_port is 'Ports on record in the period that is measured, and how they were used.';
comment on column analysis.session_port.session_port_id is 'Number of the port; of the ports of the level at the station, where the records tell no port.';
comment on column analysis.session_port.station is 'The station as the records name it, untrusted text.';
comment on column analysis.session_port.station_key is 'The station of the region; null when no feed has it.';
comment on column analysis.session_port.level is 'Level of the port.';
comment on column analysis.session_port.port_count is 'One; where the records tell no port, the ports of the level that the feeds tell of the station, or that were busy at once, whichever is more.';
comment on column analysis.session_port.session_count is 'Sessions.';
comment on column analysis.session_port.day_count is 'Days on record: periods of 24 hours begun from its first session to its last.';
comment on column analysis.session_port.port_day_count is 'These times its ports.';
comment on column analysis.session_port.first_start is 'Start of its first session, local.';
comment on column analysis.session_port.last_start is 'Start of its last one.';
comment on column analysis.session_port.plugged_min is 'Minutes plugged in of all sessions.';
comment on column analysis.session_port.busy_min is 'Minutes in which a car was plugged in: sessions that overlap count once.';
comment on column analysis.session_port.charging_min is 'Minutes in which energy flowed; null when unknown.';
comment on column analysis.session_port.energy_kwh is 'Energy; null when unknown.';
comment on column analysis.session_port.energy_session_count is 'Sessions of known energy.';
comment on column analysis.session_port.session_per_day is 'Sessions per port and day.';
comment on column analysis.session_port.utilisation_share is 'Minutes plugged in as a share of the days on record; at most 1.';
comment on column analysis.session_port.is_typical is 'True where it is on record for long enough to be among the percentiles: setting session_port_day_min.';
