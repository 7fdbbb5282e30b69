-- needs: analysis.measured_session, analysis.session_port, analysis.session_hour
-- grain: one row per (level)

create materialized view analysis.session_level as

with session as (
    select
        level,
        count(*) filter (where is_counted) as session_count,
        avg(plugged_min order by session_id) filter (where is_counted) as plugged_min,
        percentile_cont(0.5) within group (order by plugged_min) filter (where is_counted) as plugged_median_min,
        avg(charging_min order by session_id) as charging_min,
        avg(energy_kwh order by session_id) filter (where is_counted) as energy_kwh
    from analysis.measured_session
    group by level
),

port as (
    select
        level,
        sum(port_count) as port_count,
        sum(port_day_count) as port_day_count,
        sum(session_count)::double precision / sum(port_day_count) as session_per_day,
        sum(plugged_min order by session_port_id) / (sum(port_day_count) * 24 * 60) as utilisation_share,
        1 - sum(busy_min order by session_port_id) filter (where port_count = 1)
            / nullif(sum(plugged_min order by session_port_id) filter (where port_count = 1), 0) as overlap_share
    from analysis.session_port
    group by level
),

typical as (
    select *, row_number() over (partition by level order by utilisation_share, session_port_id) as place, count(*) over (partition by level) as n
    from analysis.session_port
    where is_typical
),

spread as (
    select
        level,
        count(*) as typical_count,
        percentile_cont(array[0.1, 0.25, 0.5, 0.75, 0.9]) within group (order by utilisation_share) as utilisation_percentiles,
        -- Gini (1912): mean difference of all pairs, over twice the mean
        sum((2 * place - n - 1) * utilisation_share order by place)
            / nullif(count(*) * sum(utilisation_share order by place), 0) as utilisation_gini
    from typical
    group by level
),

peak as (
    select level, max(energy_share) as peak_hour_share
    from (
        select
            level, hour,
            sum(energy_kwh order by weekday) / nullif(sum(sum(energy_kwh order by weekday)) over (
                partition by level order by hour rows between unbounded preceding and unbounded following
            ), 0) as energy_share
        from analysis.session_hour
        group by level, hour
    ) as h
    group by level
)

select
    s.level,
    s.session_count,
    p.port_count,
    p.port_day_count,
    p.session_per_day,
    s.plugged_min,
    s.plugged_median_min,
    s.charging_min,
    s.energy_kwh,
    p.utilisation_share,
    p.overlap_share,
    q.typical_count,
    q.utilisation_percentiles,
    q.utilisation_gini,
    k.peak_hour_share
from session as s
join port as p using (level)
left join spread as q using (level)
left join peak as k using (level)
with no data;

create unique index session_level_key on analysis.session_level (level);

comment on materialized view analysis.session_level is 'What was measured of each level in the period of core.session_window.';
comment on column analysis.session_level.level is 'The level.';
comment on column analysis.session_level.session_count is 'Sessions that are counted.';
comment on column analysis.session_level.port_count is 'Ports on record.';
comment on column analysis.session_level.port_day_count is 'Days of all ports on record.';
comment on column analysis.session_level.session_per_day is 'Sessions per port and day.';
comment on column analysis.session_level.plugged_min is 'Mean minutes plugged in.';
comment on column analysis.session_level.plugged_median_min is 'Their median.';
comment on column analysis.session_level.charging_min is 'Mean minutes in which energy flowed, of cars left for longer too; null when unknown.';
comment on column analysis.session_level.energy_kwh is 'Mean energy of a session; null when unknown.';
comment on column analysis.session_level.utilisation_share is 'Minutes plugged in as a share of the days of all ports on record.';
comment on column analysis.session_level.overlap_share is 'Share of the minutes at ports in which two cars or more were plugged in, beyond the first: where it is large, the records call a station of several ports a port.';
comment on column analysis.session_level.typical_count is 'Ports that are on record for long enough: those of the percentiles.';
comment on column analysis.session_level.utilisation_percentiles is 'Utilisation of these: 10th, 25th, 50th, 75th and 90th percentile.';
comment on column analysis.session_level.utilisation_gini is 'How unequal these are: 0 where all are alike, near 1 where one is busy alone.';
comment on column analysis.session_level.peak_hour_share is 'Share of the energy in the busiest hour of the day, all days together; null when energy is unknown.';
