-- needs: analysis.session_port, analysis.session_port_day, core.region
-- grain: one row per (station_key)

create view analysis.session_station as

-- Empirical Bayes (Efron and Morris, 1975): a station's mean u over n days of ports counts t / (t + s / n), and the mean m of its level the
-- rest; s is the variance of days of one port, t that of stations, what is left of it after chance: at least 0
with port as materialized (
    select * from analysis.session_port
),

station as (
    select
        station_key,
        (array_agg(level order by port_day_count desc, level))[1] as level,
        sum(session_count)::integer as session_count,
        sum(port_day_count)::integer as port_day_count,
        least(sum(plugged_min order by session_port_id) / (sum(port_day_count) * 24 * 60), 1) as measured_share,
        min(first_start)::date as measured_from,
        max(last_start)::date as measured_to
    from port
    where station_key is not null
    group by station_key
),

mean as (
    select level, sum(plugged_min order by session_port_id) / (sum(port_day_count) * 24 * 60) as mean_share
    from port
    group by level
),

within_port as (
    select p.level, sum(p.port_count * (d.square_sum - d.n * d.mean ^ 2) order by d.session_port_id) / nullif(sum(d.n - 1), 0) as day_variance
    from (
        select session_port_id, count(*) as n, avg(utilisation_share order by day) as mean, sum(utilisation_share ^ 2 order by day) as square_sum
        from analysis.session_port_day
        group by session_port_id
    ) as d
    join port as p using (session_port_id)
    group by p.level
),

between_station as (
    select
        s.level,
        case
            when count(*) < 3 then (r.utilisation_spread_share * max(m.mean_share)) ^ 2
            else greatest(var_samp(s.measured_share order by s.station_key) - avg(w.day_variance / s.port_day_count order by s.station_key), 0)
        end as station_variance
    from station as s
    join mean as m using (level)
    join within_port as w using (level)
    cross join core.region as r
    group by s.level, r.utilisation_spread_share
),

weighed as (
    select s.*, m.mean_share, coalesce(b.station_variance / nullif(b.station_variance + w.day_variance / s.port_day_count, 0), case when w.day_variance = 0 then 1 else 0 end)
        as weight_share
    from station as s
    join mean as m using (level)
    join within_port as w using (level)
    join between_station as b using (level)
)

select
    station_key,
    level,
    session_count,
    port_day_count,
    measured_share,
    mean_share,
    weight_share,
    weight_share * measured_share + (1 - weight_share) * mean_share as utilisation_share,
    measured_from,
    measured_to
from weighed;

comment on view analysis.session_station is 'How busy stations are by their session records, drawn to the mean of their level where the records are few.';
comment on column analysis.session_station.station_key is 'The station: core.charging_station.';
comment on column analysis.session_station.level is 'Level of most of its records.';
comment on column analysis.session_station.session_count is 'Sessions on record in the period that is measured.';
comment on column analysis.session_station.port_day_count is 'Days of its ports on record.';
comment on column analysis.session_station.measured_share is 'Minutes plugged in as a share of these.';
comment on column analysis.session_station.mean_share is 'That of all ports of the level on record.';
comment on column analysis.session_station.weight_share is 'Weight of the measured share, near 1 where there are many days; the mean has the rest.';
comment on column analysis.session_station.utilisation_share is 'Both together.';
comment on column analysis.session_station.measured_from is 'Day of its first session in that period.';
comment on column analysis.session_station.measured_to is 'Day of the last one.';
