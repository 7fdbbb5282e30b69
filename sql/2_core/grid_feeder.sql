-- needs: core.grid_feeder_part, core.grid_area
-- grain: one row per (grid_feeder_id)

create materialized view core.grid_feeder as

with joined as (
    -- where the parts of a feeder differ, the lowest capacity counts, as all of its power passes the narrowest part
    select
        grid_feeder_id,
        min(feeder_key) as feeder_key,
        min(distributor) as distributor,
        max(voltage_kv) as voltage_kv,
        string_agg(distinct configuration, ', ') as configuration,
        min(capacity_kw) as published_kw,
        (array_agg(capacity_basis order by capacity_kw, capacity_basis))[1] as capacity_basis,
        count(distinct capacity_kw) > 1 as is_contradictory,
        max(updated_on) as updated_on,
        min(station_key) as station_key,
        count(*)::integer as part_count,
        st_multi(st_unaryunion(st_collect(geom))) as geom
    from core.grid_feeder_part
    group by grid_feeder_id
),

named as (
    select unnest(station_keys) as station_key, grid_area_id, geom
    from core.grid_area
)

select
    j.grid_feeder_id,
    j.feeder_key,
    j.distributor,
    j.voltage_kv,
    j.configuration,
    case when j.published_kw < 0 then 0 else j.published_kw end as capacity_kw,
    j.published_kw,
    j.capacity_basis,
    j.is_contradictory,
    j.updated_on,
    j.part_count,
    j.station_key,
    coalesce(s.grid_area_id, a.grid_area_id) as grid_area_id,
    s.grid_area_id is not null as is_station_named,
    j.geom::geometry(MultiPolygon, :metric_srid) as geom
from joined as j
cross join lateral (select st_pointonsurface(j.geom) as geom) as m
-- of the areas of the station that it names the nearest, else the nearest of all
left join lateral (
    select n.grid_area_id
    from named as n
    where n.station_key = j.station_key
    order by n.geom <-> m.geom, n.grid_area_id
    limit 1
) as s on true
left join lateral (
    select n.grid_area_id
    -- by distance alone, which the index gives, with all that are exactly as near
    from (select grid_area_id from core.grid_area order by geom <-> m.geom fetch first 1 row with ties) as n
    order by n.grid_area_id
    limit 1
) as a on s.grid_area_id is null
with no data;

create unique index grid_feeder_key on core.grid_feeder (grid_feeder_id);
create index grid_feeder_geom_idx on core.grid_feeder using gist (geom);

comment on materialized view core.grid_feeder is 'Feeders with the power that each has left; records that are one feeder share it.';
comment on column core.grid_feeder.grid_feeder_id is 'Number of the feeder within the load.';
comment on column core.grid_feeder.feeder_key is 'Key of the feeder in its source; null where the source names none.';
comment on column core.grid_feeder.distributor is 'Company that runs it.';
comment on column core.grid_feeder.voltage_kv is 'Voltage between phases.';
comment on column core.grid_feeder.configuration is 'Overhead or underground, as the source says.';
comment on column core.grid_feeder.capacity_kw is 'Power left, 0 where it is overloaded; null when unknown.';
comment on column core.grid_feeder.published_kw is 'The same as published: the lowest figure of its parts, negative where it is overloaded.';
comment on column core.grid_feeder.capacity_basis is 'published, or range_low where only a range is; null when unknown.';
comment on column core.grid_feeder.is_contradictory is 'True where its parts have different capacities.';
comment on column core.grid_feeder.updated_on is 'Latest day of its figures.';
comment on column core.grid_feeder.part_count is 'Records that it is made of.';
comment on column core.grid_feeder.station_key is 'Key of the station that feeds it; null where the source names none.';
comment on column core.grid_feeder.grid_area_id is 'Grid area of its station: by the key of the station, else where it lies.';
comment on column core.grid_feeder.is_station_named is 'True where the source names a station that is known.';
comment on column core.grid_feeder.geom is 'Outline.';
