-- needs: analysis.session_port_hour, analysis.session_port
-- grain: one row per (level, weekday, hour)

create materialized view analysis.session_hour as

select
    p.level,
    h.weekday,
    h.hour,
    sum(h.plugged_min order by h.session_port_id) as plugged_min,
    sum(h.energy_kwh order by h.session_port_id) as energy_kwh,
    sum(h.energy_kwh order by h.session_port_id) / nullif(sum(sum(h.energy_kwh order by h.session_port_id)) over day, 0) as energy_share
from analysis.session_port_hour as h
join analysis.session_port as p using (session_port_id)
group by p.level, h.weekday, h.hour
window day as (partition by p.level, h.weekday order by h.hour rows between unbounded preceding and unbounded following)
with no data;

create unique index session_hour_key on analysis.session_hour (level, weekday, hour);

comment on materialized view analysis.session_hour is 'When ports are busy: by weekday and hour of the day, local.';
comment on column analysis.session_hour.level is 'The level.';
comment on column analysis.session_hour.weekday is '1 is Monday, 7 is Sunday.';
comment on column analysis.session_hour.hour is 'Hour of the day, from 0.';
comment on column analysis.session_hour.plugged_min is 'Minutes plugged in in that hour, all ports and days together.';
comment on column analysis.session_hour.energy_kwh is 'Energy in that hour; null when unknown.';
comment on column analysis.session_hour.energy_share is 'Its share of the energy of that weekday; null when unknown.';
