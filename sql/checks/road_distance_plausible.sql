-- No road distance is shorter than the straight line, longer than road_distance_max_m, or faster than 200 km/h.
-- hint: lengths of the road extract may be wrong; compare length_m with the geometry in core.road_edge.

-- street lengths are great circles and the straight line is of the plane: they agree to less than 1 %
select d.cell_id, d.site_id, d.distance_m, d.duration_min, st_distance(c.point_geom, s.geom) as straight_m
from analysis.road_distance as d
join core.demand_cell as c using (cell_id)
join core.site as s using (site_id)
cross join core.region as r
where d.distance_m < 0.99 * st_distance(c.point_geom, s.geom) - 1
    or d.distance_m > r.road_distance_max_m
    or d.distance_m > d.duration_min * 200000 / 60 + 1;
