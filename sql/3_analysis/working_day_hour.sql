-- needs: analysis.session_hour
-- grain: one row per (level, hour)

create view analysis.working_day_hour as

-- Monday to Friday: where energy is not known, the time plugged in tells when ports are busy
with used as (
    select level, hour, sum(energy_kwh order by weekday) as energy_kwh, sum(plugged_min order by weekday) as plugged_min
    from analysis.session_hour
    where weekday <= 5
    group by level, hour
)

select
    level,
    hour,
    case when sum(energy_kwh) over day > 0 then coalesce(energy_kwh / sum(energy_kwh) over day, 0)
        else plugged_min / sum(plugged_min) over day end as energy_share
from used
window day as (partition by level order by hour rows between unbounded preceding and unbounded following);

comment on view analysis.working_day_hour is 'When ports draw on working days, by session records: hours in which nothing was drawn are no rows.';
comment on column analysis.working_day_hour.level is 'The level.';
comment on column analysis.working_day_hour.hour is 'Hour of the day, from 0, local.';
comment on column analysis.working_day_hour.energy_share is 'Its share of the energy of Monday to Friday; of the time plugged in where no energy is known.';
