-- needs: staging.utilisation, core.charging_station
-- grain: one row per (source_id, record_number)

create view core.measured_utilisation as

select
    u.source_id,
    u.record_number,
    u.station_id,
    c.station_key,
    u.utilisation_share,
    u.measured_from,
    u.measured_to
from staging.utilisation as u
left join core.charging_station as c on u.station_id = any (c.source_ids);

comment on view core.measured_utilisation is 'Measurements of use with the station that they speak of.';
comment on column core.measured_utilisation.source_id is 'The file it came from.';
comment on column core.measured_utilisation.record_number is 'Place of the record in its file, from 1.';
comment on column core.measured_utilisation.station_id is 'The station as a feed names it.';
comment on column core.measured_utilisation.station_key is 'The station; null when no feed has it, and the measurement is left out.';
comment on column core.measured_utilisation.utilisation_share is 'Share of the time that its ports are busy.';
comment on column core.measured_utilisation.measured_from is 'First day that was measured.';
comment on column core.measured_utilisation.measured_to is 'Last day.';
