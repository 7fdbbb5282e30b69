-- needs: core.charging_session, core.region
-- grain: one row per (session_port_id)

create view analysis.session_port_renamed as

with port as (
    select
        s.session_port_id, lower(s.station) as station_name, min(s.port) as port, min(s.started_at) as first_start, max(s.started_at) as last_start,
        max(s.ended_at) as last_end, count(*) as session_count
    from core.charging_session as s
    where s.left_out is null and s.has_port
    group by s.session_port_id, lower(s.station)
)

select a.session_port_id, a.port, b.session_port_id as later_session_port_id, b.port as later_port, b.first_start::date as later_from
from port as a
cross join core.region as r
join lateral (
    select o.*
    from port as o
    where o.station_name = a.station_name and o.first_start >= a.last_end and o.first_start < a.last_end + r.session_renamed_day_max * interval '1 day'
    order by o.first_start, o.session_port_id
    limit 1
) as b on true
-- of both there is a record for long enough that chance does not end one as the other begins
where least(a.session_count, b.session_count) >= r.session_renamed_count_min;

comment on view analysis.session_port_renamed is 'Ports whose records end for good just before those of another port of the same station begin: one port that was given another name, perhaps.';
comment on column analysis.session_port_renamed.session_port_id is 'The port whose records end.';
comment on column analysis.session_port_renamed.port is 'As the records name it, untrusted text.';
comment on column analysis.session_port_renamed.later_session_port_id is 'The first port whose records begin then.';
comment on column analysis.session_port_renamed.later_port is 'As the records name it, untrusted text.';
comment on column analysis.session_port_renamed.later_from is 'Day of its first session.';
