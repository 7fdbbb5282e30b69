-- needs: analysis.session_port, analysis.session_port_hour
-- grain: one row per (measure, level)

create view analysis.session_measure as

with port as materialized (
    select * from analysis.session_port
),

port_hour as (
    select session_port_id, hour, sum(energy_kwh order by weekday) as energy_kwh
    from analysis.session_port_hour
    group by session_port_id, hour
),

busiest as (
    select hour
    from port_hour
    group by hour
    order by sum(energy_kwh order by session_port_id) desc nulls last, hour
    limit 1
),

-- a measure is a sum over ports, over another
term as (
    select 'session_min' as measure, level, session_port_id, plugged_min as value, session_count::double precision as weight, session_count
    from port
    union all
    select 'kwh_per_session', level, session_port_id, energy_kwh, energy_session_count, energy_session_count
    from port
    where energy_session_count > 0
    union all
    select 'utilisation_share', level, session_port_id, plugged_min / (24 * 60), port_day_count, session_count
    from port
    union all
    select 'peak_hour_share', 'all', p.session_port_id, coalesce(h.energy_kwh, 0), p.energy_kwh, p.energy_session_count
    from port as p
    cross join busiest as b
    left join port_hour as h on h.session_port_id = p.session_port_id and h.hour = b.hour
    where p.energy_kwh > 0
),

ratio as (
    select measure, level, sum(value order by session_port_id) / sum(weight order by session_port_id) as value, sum(weight order by session_port_id) as weight, count(*) as port_count, sum(session_count) as session_count
    from term
    group by measure, level
),

-- ports differ more than the sessions of one: variance of a ratio with ports as clusters (Cochran, Sampling Techniques, 1977, 6.4)
spread as (
    select t.measure, t.level, sqrt(r.port_count::double precision / nullif(r.port_count - 1, 0) * sum((t.value - r.value * t.weight) ^ 2 order by t.session_port_id)) / r.weight as error
    from term as t
    join ratio as r using (measure, level)
    group by t.measure, t.level, r.port_count, r.weight
)

select
    r.measure,
    r.level,
    r.value,
    greatest(r.value - 1.96 * s.error, 0) as low,
    r.value + 1.96 * s.error as high,
    r.session_count::bigint as session_count,
    r.port_count
from ratio as r
join spread as s using (measure, level);

comment on view analysis.session_measure is 'What session records say of parameters of a scenario, in the period of core.session_window, with its interval.';
comment on column analysis.session_measure.measure is 'session_min, kwh_per_session, utilisation_share (by level), peak_hour_share (of all).';
comment on column analysis.session_measure.level is 'The level; all where the parameter has none.';
comment on column analysis.session_measure.value is 'Mean of all sessions, or share of all port days, or of all energy.';
comment on column analysis.session_measure.low is 'Lower end of its 95 % interval, normal, with ports as clusters; null with one port.';
comment on column analysis.session_measure.high is 'Upper end.';
comment on column analysis.session_measure.session_count is 'Sessions that it was measured by.';
comment on column analysis.session_measure.port_count is 'Ports of these.';
