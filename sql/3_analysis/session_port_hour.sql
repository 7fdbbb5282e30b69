-- needs: analysis.measured_session
-- grain: one row per (session_port_id, weekday, hour)

create view analysis.session_port_hour as

-- energy flows evenly from the start for as long as the car charges; where that is not known, as long as it is plugged in
with part as (
    select
        s.session_id,
        s.session_port_id,
        h.hour_start,
        greatest(extract(epoch from least(h.hour_start + interval '1 hour', s.started_local + s.plugged_min * interval '1 minute')
            - greatest(h.hour_start, s.started_local)), 0) / 60 as plugged_min,
        s.energy_kwh * coalesce(greatest(extract(epoch from least(h.hour_start + interval '1 hour', s.started_local + s.flow_min * interval '1 minute')
            - greatest(h.hour_start, s.started_local)), 0) / 60 / nullif(s.flow_min, 0), 0) as energy_kwh
    from (select *, coalesce(nullif(charging_min, 0), plugged_min) as flow_min from analysis.measured_session where is_counted) as s
    cross join lateral generate_series(
        date_trunc('hour', s.started_local), s.started_local + s.plugged_min * interval '1 minute' - interval '1 microsecond', interval '1 hour'
    ) as h (hour_start)
)

select
    session_port_id,
    extract(isodow from hour_start)::integer as weekday,
    extract(hour from hour_start)::integer as hour,
    sum(plugged_min order by session_id, hour_start)::double precision as plugged_min,
    sum(energy_kwh order by session_id, hour_start) as energy_kwh
from part
group by session_port_id, extract(isodow from hour_start), extract(hour from hour_start);

comment on view analysis.session_port_hour is 'When each port is busy: by weekday and hour of the day, local.';
comment on column analysis.session_port_hour.session_port_id is 'The port: analysis.session_port.';
comment on column analysis.session_port_hour.weekday is '1 is Monday, 7 is Sunday.';
comment on column analysis.session_port_hour.hour is 'Hour of the day, from 0.';
comment on column analysis.session_port_hour.plugged_min is 'Minutes plugged in in that hour, all days together.';
comment on column analysis.session_port_hour.energy_kwh is 'Energy in that hour; null when unknown.';
