-- needs: analysis.session_hour
-- grain: one row per (session_hour_id)

create view report.session_hour as

select
    row_number() over (order by level, weekday, hour) as session_hour_id,
    level,
    weekday,
    hour,
    plugged_min,
    energy_kwh,
    energy_share
from analysis.session_hour;

comment on view report.session_hour is 'When ports are busy by session records: by level, weekday and hour of the day, local.';
comment on column report.session_hour.session_hour_id is 'Key for GIS clients.';
comment on column report.session_hour.level is 'The level.';
comment on column report.session_hour.weekday is '1 is Monday, 7 is Sunday.';
comment on column report.session_hour.hour is 'Hour of the day, from 0.';
comment on column report.session_hour.plugged_min is 'Minutes plugged in in that hour, all ports and days together.';
comment on column report.session_hour.energy_kwh is 'Energy in that hour; null when unknown.';
comment on column report.session_hour.energy_share is 'Its share of the energy of that weekday; null when unknown.';
