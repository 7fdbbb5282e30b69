-- Ports per person, summed over all people, are the ports of all public stations that people can get to by road.
-- hint: refresh analysis.station_access after analysis.road_distance; if it stays, this is a fault of ours.

-- a port weighs what it serves
with standing as (
    select coalesce(sum(p.port_count * l.port_weight), 0) as port_weight
    from core.site_port as p
    join core.level as l using (level)
    join core.site as s using (site_id)
    where s.is_public and exists (
        select from analysis.road_distance as d
        join core.demand_cell as c using (cell_id)
        where d.site_id = p.site_id and c.population > 0
    )
),

found as (
    select coalesce(sum(c.population * a.port_per_person), 0) as port_weight, count(*) - count(a.cell_id) as cell_without_count
    from core.demand_cell as c
    left join analysis.station_access as a using (cell_id)
)

select s.port_weight as standing, f.port_weight as found, f.cell_without_count
from standing as s
cross join found as f
where abs(s.port_weight - f.port_weight) > 1e-6 * greatest(s.port_weight, 1) or f.cell_without_count > 0;
