-- needs: staging.gtfs_stop, staging.gtfs_stop_departure
-- grain: one row per (source_id, stop_id)

create materialized view core.transit_stop as

select s.source_id, s.stop_id, s.name, sum(d.departure_count)::integer as departure_count, s.geom
from staging.gtfs_stop as s
join staging.gtfs_stop_departure as d using (source_id, stop_id)
group by s.source_id, s.stop_id, s.name, s.geom
with no data;

create unique index transit_stop_key on core.transit_stop (source_id, stop_id);
create index transit_stop_geom_idx on core.transit_stop using gist (geom);

comment on materialized view core.transit_stop is 'Transit stops with departures.';
comment on column core.transit_stop.source_id is 'The feed.';
comment on column core.transit_stop.stop_id is 'stop_id of the feed.';
comment on column core.transit_stop.name is 'Name, untrusted text.';
comment on column core.transit_stop.departure_count is 'Departures on the day counted.';
comment on column core.transit_stop.geom is 'Place.';
