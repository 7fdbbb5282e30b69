-- needs: raw.session, raw.load
-- grain: one row per (source_id, record_number)

create view staging.session as

select
    source_id,
    record_number,
    session_key,
    station,
    coalesce(port, '') as port,
    port is not null as has_port,
    station_id,
    started_at,
    started_local,
    plugged_min,
    charging_min,
    energy_kwh,
    case
        when level ~* '(\mdc|dcfc|rapid|chademo|ccs|combo|supercharg|\ml(evel)?[ _-]?3\M)' then 'L3'
        when level ~* '(\ml(evel)?[ _-]?2\M|\mac\M|type[ _-]?2|j1772|destination)' then 'L2'
        when level ~* '\ml(evel)?[ _-]?1\M' then 'L1'
        else level
    end as level,
    case when lon is not null then st_transform(st_setsrid(st_makepoint(lon, lat), 4326), :metric_srid)::geometry(Point, :metric_srid) end as geom
from raw.session
where load_id = (select load_id from raw.load where is_current);

comment on view staging.session is 'Charging sessions as networks recorded them, inside the region or not.';
comment on column staging.session.source_id is 'The file it came from: staging.load_source.';
comment on column staging.session.record_number is 'Place of the record in its file, from 1.';
comment on column staging.session.session_key is 'Id of the session in its source; null where it has none.';
comment on column staging.session.station is 'The station as the records name it, untrusted text.';
comment on column staging.session.port is 'The port as the records name it; empty where they tell only the station.';
comment on column staging.session.has_port is 'True where the records tell the port.';
comment on column staging.session.station_id is 'The station as a feed names it, as the region file says; null where it does not.';
comment on column staging.session.started_at is 'When the car was plugged in; clocks of unknown zone count as UTC.';
comment on column staging.session.started_local is 'What clocks on the wall showed then.';
comment on column staging.session.plugged_min is 'Minutes until it was unplugged.';
comment on column staging.session.charging_min is 'Minutes of these in which energy flowed; null when unknown.';
comment on column staging.session.energy_kwh is 'Energy; null when unknown.';
comment on column staging.session.level is 'L1, L2 or L3 where the words of the source tell it, else these words; null when unknown.';
comment on column staging.session.geom is 'Place of the station; null when unknown.';
