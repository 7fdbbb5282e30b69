-- No two sites are nearer to each other by road than in a straight line, or farther than road_distance_max_m.
-- hint: streets that meet where the map shows none, or lengths that are not those of their lines.

select d.site_id, d.other_site_id, round(d.distance_m::numeric, 1) as distance_m,
    round(st_distance(a.geom, b.geom)::numeric, 1) as straight_m
from analysis.site_distance as d
join core.site as a using (site_id)
join core.site as b on b.site_id = d.other_site_id
cross join core.region as r
where d.distance_m < st_distance(a.geom, b.geom) * 0.99 - 1
    or d.distance_m > r.road_distance_max_m;
