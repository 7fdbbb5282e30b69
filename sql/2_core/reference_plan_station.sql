-- needs: staging.reference_plan_station
-- grain: one row per (reference_plan_station_id)

create view core.reference_plan_station as

select
    row_number() over (order by source_id, record_number)::integer as reference_plan_station_id,
    name,
    status,
    source_id,
    record_number,
    geom
from staging.reference_plan_station;

comment on view core.reference_plan_station is 'Stations of a published plan.';
comment on column core.reference_plan_station.reference_plan_station_id is 'Number of the station in its file.';
comment on column core.reference_plan_station.name is 'Name, untrusted text.';
comment on column core.reference_plan_station.status is 'What the study decided.';
comment on column core.reference_plan_station.source_id is 'The file it came from: staging.load_source.';
comment on column core.reference_plan_station.record_number is 'Place of the record in its file, from 1.';
comment on column core.reference_plan_station.geom is 'Place.';
