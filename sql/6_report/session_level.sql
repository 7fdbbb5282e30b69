-- needs: analysis.session_level, core.session_window
-- grain: one row per (session_level_id)

create view report.session_level as

select
    row_number() over (order by l.level) as session_level_id,
    l.level,
    w.from_day,
    w.to_day,
    l.session_count,
    l.port_count,
    l.session_per_day,
    l.plugged_min,
    l.plugged_median_min,
    l.charging_min,
    l.energy_kwh,
    l.peak_hour_share,
    l.utilisation_share,
    l.utilisation_percentiles[1] as utilisation_p10_share,
    l.utilisation_percentiles[2] as utilisation_p25_share,
    l.utilisation_percentiles[3] as utilisation_p50_share,
    l.utilisation_percentiles[4] as utilisation_p75_share,
    l.utilisation_percentiles[5] as utilisation_p90_share,
    l.utilisation_gini
from analysis.session_level as l
cross join core.session_window as w;

comment on view report.session_level is 'What session records measured, by level.';
comment on column report.session_level.session_level_id is 'Key for GIS clients.';
comment on column report.session_level.level is 'The level.';
comment on column report.session_level.from_day is 'First day of the period that is measured.';
comment on column report.session_level.to_day is 'Last day.';
comment on column report.session_level.session_count is 'Sessions that are counted.';
comment on column report.session_level.port_count is 'Ports on record.';
comment on column report.session_level.session_per_day is 'Sessions per port and day.';
comment on column report.session_level.plugged_min is 'Mean minutes plugged in.';
comment on column report.session_level.plugged_median_min is 'Their median.';
comment on column report.session_level.charging_min is 'Mean minutes in which energy flowed; null when unknown.';
comment on column report.session_level.energy_kwh is 'Mean energy of a session; null when unknown.';
comment on column report.session_level.peak_hour_share is 'Share of the energy in the busiest hour of the day; null when unknown.';
comment on column report.session_level.utilisation_share is 'Minutes plugged in as a share of the days of all ports on record.';
comment on column report.session_level.utilisation_p10_share is 'Utilisation that one port in ten stays below.';
comment on column report.session_level.utilisation_p25_share is 'That one in four stays below.';
comment on column report.session_level.utilisation_p50_share is 'That half of the ports stay below.';
comment on column report.session_level.utilisation_p75_share is 'That three in four stay below.';
comment on column report.session_level.utilisation_p90_share is 'That nine in ten stay below.';
comment on column report.session_level.utilisation_gini is 'How unequal they are: 0 where all are alike, near 1 where one is busy alone.';
