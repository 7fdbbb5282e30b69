-- needs: core.openchargemap_plug, core.osm_plug, staging.openchargemap_station, staging.osm_charging_station, core.level
-- grain: one row per (feed, source_id, record_number, level, port_kw)

create view core.point_port as

with plug as (
    select 'ocm' as feed, source_id, record_number, p.level, p.port_kw, p.port_count, s.point_count
    from core.openchargemap_plug as p
    join staging.openchargemap_station as s using (source_id, record_number)
    union all
    select 'osm', source_id, record_number, p.level, p.port_kw, p.port_count, s.capacity
    from core.osm_plug as p
    join staging.osm_charging_station as s using (source_id, record_number)
),

single as (
    select
        p.*,
        row_number() over (
            partition by p.feed, p.source_id, p.record_number
            order by l.level_rank desc nulls last, p.level desc nulls last, p.port_kw desc nulls last
        ) as port_number
    from plug as p
    left join core.level as l using (level)
    cross join generate_series(1, p.port_count)
)

-- a stall with two plugs is one point, where one car has room: no more ports than points, the fastest first
select feed, source_id, record_number, level, port_kw, count(*)::integer as port_count
from single
where port_number <= coalesce(nullif(point_count, 0), port_number)
group by feed, source_id, record_number, level, port_kw;

comment on view core.point_port is 'Ports of stations of feeds that count plugs and points apart: OpenChargeMap and OpenStreetMap.';
comment on column core.point_port.feed is 'ocm or osm.';
comment on column core.point_port.source_id is 'The file it came from: staging.load_source.';
comment on column core.point_port.record_number is 'Place of the record in its file, from 1.';
comment on column core.point_port.level is 'Level; null where the feed does not tell.';
comment on column core.point_port.port_kw is 'Power of each of these ports, of its best plug; null where the feed does not tell.';
comment on column core.point_port.port_count is 'How many; no more than points that can be used at once.';
