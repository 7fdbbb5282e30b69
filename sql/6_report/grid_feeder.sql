-- needs: core.grid_feeder, core.grid_area
-- grain: one row per (grid_feeder_id)

create view report.grid_feeder as

select
    f.grid_feeder_id,
    f.feeder_key,
    f.distributor,
    f.voltage_kv,
    f.configuration,
    f.capacity_kw,
    f.published_kw,
    f.capacity_basis,
    f.is_contradictory,
    f.updated_on,
    f.part_count,
    a.name as grid_area,
    f.is_station_named,
    f.geom::geometry(MultiPolygon, :metric_srid) as geom
from core.grid_feeder as f
left join core.grid_area as a using (grid_area_id);

comment on view report.grid_feeder is 'Feeders with the power that each has left, as its distributor publishes it.';
comment on column report.grid_feeder.grid_feeder_id is 'Number of the feeder within the load.';
comment on column report.grid_feeder.feeder_key is 'Key of the feeder in its source; null where the source names none.';
comment on column report.grid_feeder.distributor is 'Company that runs it.';
comment on column report.grid_feeder.voltage_kv is 'Voltage between phases.';
comment on column report.grid_feeder.configuration is 'Overhead or underground, as the source says.';
comment on column report.grid_feeder.capacity_kw is 'Power left, 0 where it is overloaded; null when unknown.';
comment on column report.grid_feeder.published_kw is 'The same as published, negative where it is overloaded.';
comment on column report.grid_feeder.capacity_basis is 'published, or range_low, the lower end of a range; null when unknown.';
comment on column report.grid_feeder.is_contradictory is 'True where its records have different capacities, of which the lowest counts.';
comment on column report.grid_feeder.updated_on is 'Latest day of its figures.';
comment on column report.grid_feeder.part_count is 'Records that it is made of.';
comment on column report.grid_feeder.grid_area is 'Name of the grid area of its station.';
comment on column report.grid_feeder.is_station_named is 'True where the source names its station; otherwise it is that of its place.';
comment on column report.grid_feeder.geom is 'Outline.';
