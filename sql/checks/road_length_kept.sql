-- Streets cut at access points are as long as they were.
-- hint: refresh analysis.access_point and analysis.road_network; if it stays, this is a fault of ours.

select e.edge_id, e.length_m, sum(p.length_m) as piece_length_m
from core.road_edge as e
left join analysis.road_network as p using (edge_id)
group by e.edge_id, e.length_m
having abs(coalesce(sum(p.length_m), 0) - e.length_m) > 0.001;
