-- needs: staging.session, core.session_station, core.level, core.region
-- grain: one row per (session_id)

create materialized view core.charging_session as

-- files may overlap: a session is counted once, in the first of them
with record as (
    select
        s.*,
        row_number() over (
            partition by s.session_key, s.station, s.port, s.started_at, s.plugged_min, s.energy_kwh
            order by s.source_id, s.record_number
        ) as copy_number
    from staging.session as s
)

select
    row_number() over (order by s.started_at, s.source_id, s.record_number) as session_id,
    s.source_id,
    s.record_number,
    s.station,
    -- what serves one vehicle at a time, in capital letters or small; where records tell only the station, its ports of a level together,
    -- whatever names it has
    dense_rank() over (
        order by
            case when s.has_port then lower(s.station) else coalesce(t.station_key, lower(s.station)) end,
            lower(s.port),
            case when s.has_port then '' else k.level end
    )::integer as session_port_id,
    s.port,
    s.has_port,
    t.station_key,
    k.level,
    l.level is null as is_level_assumed,
    s.started_at,
    s.started_at + s.plugged_min * interval '1 minute' as ended_at,
    s.started_local,
    s.plugged_min,
    s.charging_min,
    s.energy_kwh,
    case
        when s.copy_number > 1 then 'copy'
        when s.plugged_min < r.session_counted_min then 'short'
        when s.energy_kwh <= r.session_counted_kwh then 'no_energy'
        when s.plugged_min > r.session_counted_max_h * 60 then 'long'
    end as left_out
from record as s
cross join core.region as r
join core.session_station as t using (source_id, station)
left join core.level as l on l.level = s.level and l.is_offered
cross join (select level from core.level where is_lowest and is_offered) as w
cross join lateral (select coalesce(l.level, w.level) as level) as k
with no data;

create unique index charging_session_key on core.charging_session (session_id);
create index charging_session_started_local_idx on core.charging_session (started_local);

comment on materialized view core.charging_session is 'Charging sessions on record, each once, with what they are counted as.';
comment on column core.charging_session.session_id is 'Number of the session, by its start.';
comment on column core.charging_session.source_id is 'The file it came from: staging.load_source.';
comment on column core.charging_session.record_number is 'Place of the record in its file, from 1.';
comment on column core.charging_session.station is 'The station as the records name it, untrusted text.';
comment on column core.charging_session.session_port_id is 'Number of the port, of all that the records name; of the ports of the level at the station, where they tell no port.';
comment on column core.charging_session.port is 'The port as the records name it, untrusted text; empty where they tell only the station.';
comment on column core.charging_session.has_port is 'True where the records tell the port.';
comment on column core.charging_session.station_key is 'The station of the region: core.charging_station; null when no feed has it.';
comment on column core.charging_session.level is 'Level of the port; the lowest where the records do not tell one that the region knows.';
comment on column core.charging_session.is_level_assumed is 'True where they do not.';
comment on column core.charging_session.started_at is 'When the car was plugged in; clocks of unknown zone count as UTC.';
comment on column core.charging_session.ended_at is 'When it was unplugged.';
comment on column core.charging_session.started_local is 'What clocks on the wall showed at its start.';
comment on column core.charging_session.plugged_min is 'Minutes plugged in.';
comment on column core.charging_session.charging_min is 'Minutes of these in which energy flowed; null when unknown.';
comment on column core.charging_session.energy_kwh is 'Energy; null when unknown.';
comment on column core.charging_session.left_out is 'Why it is not counted: copy, short, no_energy, long (its time charging is counted); null where it is.';
