-- needs: raw.grid_feeder, raw.load
-- grain: one row per (source_id, record_number)

create view staging.grid_feeder as

select
    source_id,
    record_number,
    feeder_key,
    distributor,
    voltage_kv,
    configuration,
    capacity,
    capacity_low,
    capacity_unit,
    updated_on,
    station_key,
    st_makevalid(st_transform(geom, :metric_srid))::geometry(Geometry, :metric_srid) as geom
from raw.grid_feeder
where load_id = (select load_id from raw.load where is_current);

comment on view staging.grid_feeder is 'Feeders or parts of them, with the capacity that each feeder has left.';
comment on column staging.grid_feeder.source_id is 'The file it came from: staging.load_source.';
comment on column staging.grid_feeder.record_number is 'Place of the record in its file, from 1.';
comment on column staging.grid_feeder.feeder_key is 'Key of the feeder in its source; null where the source names none.';
comment on column staging.grid_feeder.distributor is 'Company that runs it.';
comment on column staging.grid_feeder.voltage_kv is 'Voltage between phases.';
comment on column staging.grid_feeder.configuration is 'Overhead or underground, as the source says.';
comment on column staging.grid_feeder.capacity is 'Capacity left, in capacity_unit; negative where the feeder is overloaded.';
comment on column staging.grid_feeder.capacity_low is 'Lower end of the range in which the capacity lies, in capacity_unit.';
comment on column staging.grid_feeder.capacity_unit is 'MVA, MW, kVA, kW or A.';
comment on column staging.grid_feeder.updated_on is 'Day of the figures.';
comment on column staging.grid_feeder.station_key is 'Key of the station that feeds it; null where the source names none.';
comment on column staging.grid_feeder.geom is 'Outline or course.';
