-- needs: staging.grid_feeder, core.region
-- grain: one row per (source_id, record_number)

create materialized view core.grid_feeder_part as

with figure as (
    select
        f.source_id, f.record_number, f.feeder_key, f.distributor, f.voltage_kv, f.configuration, f.updated_on, f.station_key,
        case when f.capacity is not null then 'published' when f.capacity_low is not null then 'range_low' end as capacity_basis,
        coalesce(f.capacity, f.capacity_low) * case f.capacity_unit
            when 'MW' then 1000
            when 'kW' then 1
            when 'MVA' then 1000 * r.feeder_power_factor
            when 'kVA' then r.feeder_power_factor
            when 'A' then sqrt(3) * f.voltage_kv * r.feeder_power_factor
        end as capacity_kw,
        case
            when st_dimension(f.geom) = 1 then st_multi(st_buffer(f.geom, r.feeder_line_buffer_m))
            else st_multi(st_collectionextract(f.geom, 3))
        end as geom
    from staging.grid_feeder as f
    cross join core.region as r
),

-- parts that touch, step by step, are one cluster; its number depends on the order of rows and is kept out of keys
clustered as (
    select
        *,
        st_clusterdbscan(geom, (select feeder_join_m from core.region), 1) over (
            partition by feeder_key, distributor, voltage_kv, configuration, capacity_kw order by source_id, record_number
        ) as cluster
    from figure
),

-- a feeder with a key of its own is one wherever its parts lie
begun as (
    select
        c.*,
        first_value(array[source_id, record_number]) over (
            partition by
                feeder_key, distributor,
                case when feeder_key is null then row(voltage_kv, configuration, capacity_kw, cluster)::text end
            order by source_id, record_number
        ) as first_record
    from clustered as c
)

select
    source_id,
    record_number,
    dense_rank() over (order by first_record)::integer as grid_feeder_id,
    feeder_key,
    distributor,
    voltage_kv,
    configuration,
    case when capacity_kw is not null then capacity_basis end as capacity_basis,
    capacity_kw,
    updated_on,
    station_key,
    geom::geometry(MultiPolygon, :metric_srid) as geom
from begun
with no data;

create unique index grid_feeder_part_key on core.grid_feeder_part (source_id, record_number);

comment on materialized view core.grid_feeder_part is 'Records of feeders, with the feeder that each belongs to: by its key, else with all that touch it and say the same.';
comment on column core.grid_feeder_part.source_id is 'The file it came from: staging.load_source.';
comment on column core.grid_feeder_part.record_number is 'Place of the record in its file, from 1.';
comment on column core.grid_feeder_part.grid_feeder_id is 'Number of the feeder within the load.';
comment on column core.grid_feeder_part.feeder_key is 'Key of the feeder in its source; null where the source names none.';
comment on column core.grid_feeder_part.distributor is 'Company that runs it.';
comment on column core.grid_feeder_part.voltage_kv is 'Voltage between phases.';
comment on column core.grid_feeder_part.configuration is 'Overhead or underground, as the source says.';
comment on column core.grid_feeder_part.capacity_basis is 'published, or range_low where only a range is; null when unknown.';
comment on column core.grid_feeder_part.capacity_kw is 'Active power that the feeder has left, as published: negative where it is overloaded; null when unknown.';
comment on column core.grid_feeder_part.updated_on is 'Day of the figures.';
comment on column core.grid_feeder_part.station_key is 'Key of the station that feeds it; null where the source names none.';
comment on column core.grid_feeder_part.geom is 'Outline; that of a line has the width of the setting feeder_line_buffer_m on both sides.';
