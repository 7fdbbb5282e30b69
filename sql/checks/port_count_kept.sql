-- Ports by power add up to the ports of each site.
-- hint: run `make load` again; the views of ports were filled from different loads.

select site_id, l.level, l.port_count, coalesce(p.port_count, 0) as port_count_by_power
from core.site as s
cross join lateral (values ('L2', s.l2_port_count), ('L3', s.l3_port_count)) as l (level, port_count)
full join (select site_id, level, sum(port_count) as port_count from core.site_port group by site_id, level) as p using (site_id, level)
where coalesce(l.port_count, 0) <> coalesce(p.port_count, 0);
