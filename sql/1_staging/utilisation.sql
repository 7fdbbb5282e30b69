-- needs: raw.utilisation, raw.load
-- grain: one row per (source_id, record_number)

create view staging.utilisation as

select
    source_id,
    record_number,
    station_id,
    utilisation_share,
    measured_from,
    measured_to
from raw.utilisation
where load_id = (select load_id from raw.load where is_current);

comment on view staging.utilisation is 'How busy stations are, as their operators measured it.';
comment on column staging.utilisation.source_id is 'The file it came from: staging.load_source.';
comment on column staging.utilisation.record_number is 'Place of the record in its file, from 1.';
comment on column staging.utilisation.station_id is 'The station as a feed names it: ocm:, afdc: or osm: and its number there.';
comment on column staging.utilisation.utilisation_share is 'Share of the time that its ports are busy, in [0, 1].';
comment on column staging.utilisation.measured_from is 'First day that was measured; null when unknown.';
comment on column staging.utilisation.measured_to is 'Last day; null when unknown.';
