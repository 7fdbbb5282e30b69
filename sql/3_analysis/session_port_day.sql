-- needs: analysis.measured_session, analysis.session_port
-- grain: one row per (session_port_id, day)

create view analysis.session_port_day as

with part as (
    select
        s.session_id,
        s.session_port_id,
        d.day::date as day,
        d.day = date_trunc('day', s.started_local) as is_first,
        s.energy_kwh,
        greatest(extract(epoch from least(d.day + interval '1 day', s.started_local + s.plugged_min * interval '1 minute')
            - greatest(d.day, s.started_local)), 0) / 60 as plugged_min
    from analysis.measured_session as s
    cross join lateral generate_series(
        date_trunc('day', s.started_local), s.started_local + s.plugged_min * interval '1 minute' - interval '1 microsecond', interval '1 day'
    ) as d (day)
    where s.is_counted
)

select
    p.session_port_id,
    d.day::date as day,
    count(*) filter (where x.is_first) as session_count,
    coalesce(sum(x.plugged_min order by x.session_id), 0)::double precision as plugged_min,
    sum(x.energy_kwh order by x.session_id) filter (where x.is_first) as energy_kwh,
    least(coalesce(sum(x.plugged_min order by x.session_id), 0)::double precision / (24 * 60 * p.port_count), 1) as utilisation_share
from analysis.session_port as p
cross join lateral generate_series(p.first_start::date, p.last_start::date, interval '1 day') as d (day)
left join part as x on x.session_port_id = p.session_port_id and x.day = d.day::date
group by p.session_port_id, p.port_count, d.day;

comment on view analysis.session_port_day is 'How each port was used on each day from its first session to its last; days without sessions too.';
comment on column analysis.session_port_day.session_port_id is 'The port: analysis.session_port.';
comment on column analysis.session_port_day.day is 'The day, local.';
comment on column analysis.session_port_day.session_count is 'Sessions that began on that day.';
comment on column analysis.session_port_day.plugged_min is 'Minutes plugged in on that day.';
comment on column analysis.session_port_day.energy_kwh is 'Energy of the sessions that began; null when unknown, or there were none.';
comment on column analysis.session_port_day.utilisation_share is 'Share of the day in which it was busy; at most 1.';
