-- needs: analysis.site_distance
-- grain: one row per (site_id, other_site_id)

create view analysis.site_neighbour as

-- each way has an index there: what asks for few sites must not read all distances
select site_id, other_site_id, distance_m
from analysis.site_distance
union all
select other_site_id, site_id, distance_m
from analysis.site_distance;

comment on view analysis.site_neighbour is 'How far two sites are from each other by road, each pair both ways: analysis.site_distance has it once.';
comment on column analysis.site_neighbour.site_id is 'One site.';
comment on column analysis.site_neighbour.other_site_id is 'The other one.';
comment on column analysis.site_neighbour.distance_m is 'Length of the shortest route from one to the other, whichever way is shorter.';
