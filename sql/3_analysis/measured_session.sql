-- needs: core.charging_session, core.session_window
-- grain: one row per (session_id)

create view analysis.measured_session as

select
    s.session_id,
    s.session_port_id,
    s.has_port,
    s.station,
    s.station_key,
    s.level,
    s.started_at,
    s.ended_at,
    s.started_local,
    s.plugged_min,
    s.charging_min,
    s.energy_kwh,
    s.left_out is null as is_counted
from core.charging_session as s
join core.session_window as w on s.started_local >= w.from_day and s.started_local < w.to_day + 1
where s.left_out is null or s.left_out = 'long';

comment on view analysis.measured_session is 'Sessions of the period that is measured: core.session_window.';
comment on column analysis.measured_session.session_id is 'The session: core.charging_session.';
comment on column analysis.measured_session.session_port_id is 'Number of its port.';
comment on column analysis.measured_session.has_port is 'True where the records tell the port.';
comment on column analysis.measured_session.station is 'The station as the records name it, untrusted text.';
comment on column analysis.measured_session.station_key is 'The station of the region; null when no feed has it.';
comment on column analysis.measured_session.level is 'Level of the port.';
comment on column analysis.measured_session.started_at is 'When the car was plugged in.';
comment on column analysis.measured_session.ended_at is 'When it was unplugged.';
comment on column analysis.measured_session.started_local is 'What clocks on the wall showed at its start.';
comment on column analysis.measured_session.plugged_min is 'Minutes plugged in.';
comment on column analysis.measured_session.charging_min is 'Minutes of these in which energy flowed; null when unknown.';
comment on column analysis.measured_session.energy_kwh is 'Energy; null when unknown.';
comment on column analysis.measured_session.is_counted is 'False where it lasted too long to count as use of a port: only its time charging is counted.';
