-- Transit access is known wherever a stop is within the walk, and never more than all departures of those stops.
-- hint: refresh analysis.transit_access; if it stays, look for departures in the feed that are negative or counted twice.

with place (place_kind, place_id, geom) as (
    select 'cell', cell_id, point_geom from core.demand_cell
    union all
    select 'site', site_id, geom from core.site
),

near as (
    select p.place_kind, p.place_id, count(*) as stop_count, sum(s.departure_count) / 24.0 as departure_per_h
    from place as p
    cross join core.region as r
    join core.transit_stop as s on st_dwithin(s.geom, p.geom, r.transit_walk_m)
    group by p.place_kind, p.place_id
)

select place_kind, place_id, n.stop_count as stops_near, t.stop_count, n.departure_per_h as departures_near, t.departure_per_h
from near as n
full join analysis.transit_access as t using (place_kind, place_id)
where t.stop_count is distinct from n.stop_count
    or t.departure_per_h < 0
    or t.departure_per_h > n.departure_per_h + 1e-9;
