-- needs: raw.reference_plan_station, raw.load
-- grain: one row per (source_id, record_number)

create view staging.reference_plan_station as

select
    source_id,
    record_number,
    name,
    status,
    st_transform(geom, :metric_srid)::geometry(Point, :metric_srid) as geom
from raw.reference_plan_station
where load_id = (select load_id from raw.load where is_current);

comment on view staging.reference_plan_station is 'Stations of a published plan; staging.reference_plan_port has their ports.';
comment on column staging.reference_plan_station.source_id is 'The file it came from: staging.load_source.';
comment on column staging.reference_plan_station.record_number is 'Place of the record in its file, from 1.';
comment on column staging.reference_plan_station.name is 'Name, untrusted text.';
comment on column staging.reference_plan_station.status is 'What the study decided.';
comment on column staging.reference_plan_station.geom is 'Place.';
