-- needs: raw.gtfs_stop, raw.load
-- grain: one row per (source_id, record_number)

create view staging.gtfs_stop as

select
    source_id,
    record_number,
    stop_id,
    name,
    location_type,
    parent_stop_id,
    st_transform(geom, :metric_srid)::geometry(Point, :metric_srid) as geom
from raw.gtfs_stop
where load_id = (select load_id from raw.load where is_current);

comment on view staging.gtfs_stop is 'Transit stops.';
comment on column staging.gtfs_stop.source_id is 'The file it came from: staging.load_source.';
comment on column staging.gtfs_stop.record_number is 'Place of the record in its file, from 1.';
comment on column staging.gtfs_stop.stop_id is 'stop_id of the feed.';
comment on column staging.gtfs_stop.name is 'Name, untrusted text.';
comment on column staging.gtfs_stop.location_type is '0 stop, 1 station, ...';
comment on column staging.gtfs_stop.parent_stop_id is 'Station it belongs to.';
comment on column staging.gtfs_stop.geom is 'Place.';
