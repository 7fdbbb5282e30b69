-- needs: core.station_port, core.level
-- grain: one row per (station_key, level, port_kw)

create view core.offered_port as

-- sockets of homes offer no coverage; ports of unknown level count as the lowest that does, which is said in analysis.assumption
select p.station_key, l.level, p.port_kw, sum(p.port_count)::integer as port_count
from core.station_port as p
join core.level as l on l.is_offered and (l.level = p.level or (p.level is null and l.is_lowest))
group by p.station_key, l.level, p.port_kw;

comment on view core.offered_port is 'Ports of charging stations that offer coverage, by level and power.';
comment on column core.offered_port.station_key is 'Station.';
comment on column core.offered_port.level is 'Level; where no feed tells, the lowest.';
comment on column core.offered_port.port_kw is 'Power of each of these ports; null when no feed tells.';
comment on column core.offered_port.port_count is 'How many.';
