-- needs: core.site, core.offered_port
-- grain: one row per (site_id, level, port_kw)

create materialized view core.site_port as

select s.site_id, p.level, p.port_kw, p.port_count
from core.site as s
join core.offered_port as p on p.station_key = s.site_key
with no data;

create unique index site_port_key on core.site_port (site_id, level, port_kw) nulls not distinct;

comment on materialized view core.site_port is 'Ports at each site today, by level and power.';
comment on column core.site_port.site_id is 'Site.';
comment on column core.site_port.level is 'Level.';
comment on column core.site_port.port_kw is 'Power of each of these ports; null when no feed tells: they count as the usual charger of their level.';
comment on column core.site_port.port_count is 'How many.';
