-- needs: core.level, core.charging_session, core.session_station, analysis.session_port_renamed, core.session_window, core.region, analysis.measured_session,
--   analysis.session_port, analysis.measured_coincidence
-- grain: one row per (topic, code, value)

create view analysis.session_assumption as

select 'sessions' as topic, 'session_left_out' as code, jsonb_build_object(
    'count', count(left_out), 'record_count', count(*),
    'short_count', count(*) filter (where left_out = 'short'), 'empty_count', count(*) filter (where left_out = 'no_energy'),
    'long_count', count(*) filter (where left_out = 'long'), 'copy_count', count(*) filter (where left_out = 'copy')
) as value
from core.charging_session
having count(left_out) > 0
union all
select 'sessions', 'session_of_no_station', jsonb_build_object('count', count(*) filter (where station_key is null), 'station_count', count(*))
from core.session_station
having bool_or(station_key is null)
union all
select 'sessions', 'session_level_assumed', jsonb_build_object('count', count(*), 'level', level)
from core.charging_session
where is_level_assumed
group by level
union all
select 'sessions', 'session_overlap', jsonb_build_object('count', count(*))
from analysis.session_port
where port_count = 1 and round(busy_min) < round(plugged_min)
having count(*) > 0
union all
select 'sessions', 'session_port_renamed', jsonb_build_object('count', count(*), 'port', min(port), 'later_port', min(later_port), 'day', min(later_from))
from analysis.session_port_renamed
having count(*) > 0
union all
-- a clock that is hours off shows in when people charge
select 'sessions', 'session_by_night', jsonb_build_object('count', count(*) filter (where h.hour < 6), 'day_count', count(*) filter (where h.hour between 9 and 14))
from analysis.measured_session as s
cross join lateral extract(hour from s.started_local) as h (hour)
where s.is_counted
having count(*) filter (where h.hour < 6) > count(*) filter (where h.hour between 9 and 14)
union all
select 'sessions', 'session_pandemic', jsonb_build_object('from', to_char(from_day, 'YYYY'), 'to', to_char(to_day, 'YYYY'))
from core.session_window
where (from_day, to_day) overlaps (date '2020-03-01', date '2021-12-31')
union all
select 'sessions', 'coincidence_measured', jsonb_build_object('level', level, 'port_count', max(port_count))
from analysis.measured_coincidence
group by level
union all
select 'sessions', 'coincidence_level_of_scenario', jsonb_build_object('level', l.level)
from core.level as l
where l.is_offered
    and exists (select from analysis.measured_coincidence)
    and not exists (select from analysis.measured_coincidence as m where m.level = l.level)
union all
select 'sessions', 'coincidence_of_scenario', '{}'
from core.region
where not exists (select from analysis.measured_coincidence);

comment on view analysis.session_assumption is 'What the use of session records assumes, as codes and values: analysis.assumption.';
comment on column analysis.session_assumption.topic is 'What it is about.';
comment on column analysis.session_assumption.code is 'What is assumed: db/common/assumption.toml has the words, in both languages.';
comment on column analysis.session_assumption.value is 'Numbers and names that the words take; count chooses the plural form.';
