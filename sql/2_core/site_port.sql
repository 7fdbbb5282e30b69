-- needs: core.site, core.station_port
-- grain: one row per (site_id, level, port_kw)

create materialized view core.site_port as

-- Level 1 ports offer no coverage; ports of unknown level count as the slower level, which is said in analysis.assumption
select
    s.site_id,
    coalesce(p.level, 'L2') as level,
    p.port_kw,
    sum(p.port_count)::integer as port_count
from core.site as s
join core.station_port as p on p.station_key = s.site_key
where p.level is distinct from 'L1'
group by s.site_id, coalesce(p.level, 'L2'), p.port_kw
with no data;

create unique index site_port_key on core.site_port (site_id, level, port_kw) nulls not distinct;

comment on materialized view core.site_port is 'Ports at each site today, by level and power.';
comment on column core.site_port.site_id is 'Site.';
comment on column core.site_port.level is 'Level.';
comment on column core.site_port.port_kw is 'Power of each of these ports; null when no feed tells: they count as the usual charger of their level.';
comment on column core.site_port.port_count is 'How many.';
