-- Ports by level and power add up to the ports of each site.
-- hint: run `make load` again; the views of ports were filled from different loads.

select site_id, s.port_count, coalesce(p.port_count, 0) as port_count_by_power
from core.site as s
full join (select site_id, sum(port_count) as port_count from core.site_port group by site_id) as p using (site_id)
where coalesce(s.port_count, 0) <> coalesce(p.port_count, 0);
