-- needs: core.point_port, core.afdc_port, core.osm_station_port
-- grain: one row per (feed, source_id, record_number, level, port_kw)

create materialized view core.feed_port as

select feed, source_id, record_number, level, port_kw, port_count
from core.point_port
where feed = 'ocm'
union all
select 'afdc', source_id, record_number, level, port_kw, port_count
from core.afdc_port
union all
select 'osm', source_id, record_number, level, port_kw, port_count
from core.osm_station_port
with no data;

create unique index feed_port_key on core.feed_port (feed, source_id, record_number, level, port_kw) nulls not distinct;

comment on materialized view core.feed_port is 'Ports of charging stations by level and power, as each feed has them.';
comment on column core.feed_port.feed is 'ocm, afdc or osm.';
comment on column core.feed_port.source_id is 'The file it came from: staging.load_source.';
comment on column core.feed_port.record_number is 'Place of the record in its file, from 1.';
comment on column core.feed_port.level is 'Level; null where the feed does not tell.';
comment on column core.feed_port.port_kw is 'Power of each of these ports; null where the feed does not tell.';
comment on column core.feed_port.port_count is 'How many.';
