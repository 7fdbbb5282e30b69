-- needs: model.charger, analysis.assumed_hour, analysis.working_day_hour
-- grain: one row per (scenario_id, charger_type, hour)

create view model.charger_hour as

-- Sessions begin evenly within their hour and draw evenly for as long as they last, D hours. The time between the beginning of that hour
-- and a moment in which energy flows is then the sum of a number between 0 and 1 and one between 0 and D: the share of the energy that
-- has flowed after x hours is (p(x) - p(x - 1) - p(x - D) + p(x - 1 - D)) / 2D, where p(y) is the square of y, and 0 below 0.
with flowed as (
    select
        c.scenario_id, c.charger_type, s.x,
        (greatest(s.x, 0) ^ 2 - greatest(s.x - 1, 0) ^ 2 - greatest(s.x - d.session_h, 0) ^ 2 + greatest(s.x - 1 - d.session_h, 0) ^ 2)
            / (2 * d.session_h) as energy_share
    from model.charger as c
    cross join lateral (select c.session_min / 60.0 as session_h) as d
    cross join lateral generate_series(0, ceil(d.session_h)::integer + 1) as s (x)
),

spread as (
    select scenario_id, charger_type, x, energy_share - lag(energy_share) over (partition by scenario_id, charger_type order by x) as energy_share
    from flowed
),

-- what flows after midnight is that of the night before
assumed as (
    select s.scenario_id, s.charger_type, (h.hour + s.x - 1) % 24 as hour, sum(h.hour_factor * s.energy_share order by s.x, h.hour) as energy
    from spread as s
    cross join analysis.assumed_hour as h
    where s.x > 0
    group by s.scenario_id, s.charger_type, (h.hour + s.x - 1) % 24
),

found as (
    select
        c.scenario_id, c.charger_type, c.level, h.hour,
        exists (select from analysis.working_day_hour as m where m.level = c.level) as is_measured, a.energy as assumed_energy,
        m.energy_share as measured_share
    from model.charger as c
    cross join generate_series(0, 23) as h (hour)
    left join assumed as a on a.scenario_id = c.scenario_id and a.charger_type = c.charger_type and a.hour = h.hour
    left join analysis.working_day_hour as m on m.level = c.level and m.hour = h.hour
)

select
    scenario_id,
    charger_type,
    level,
    hour,
    case when is_measured then coalesce(measured_share, 0) else assumed_energy / sum(assumed_energy) over of_day end as energy_share,
    is_measured
from found
window of_day as (partition by scenario_id, charger_type order by hour rows between unbounded preceding and unbounded following);

comment on view model.charger_hour is 'How the energy of a working day falls on its hours, by charger type: by session records of its level, else by the hours that are assumed.';
comment on column model.charger_hour.scenario_id is 'The scenario.';
comment on column model.charger_hour.charger_type is 'The charger type.';
comment on column model.charger_hour.level is 'Its level.';
comment on column model.charger_hour.hour is 'Hour of the day, from 0, local.';
comment on column model.charger_hour.energy_share is 'Share of the energy of the day; sums to 1.';
comment on column model.charger_hour.is_measured is 'True where the level has session records.';
