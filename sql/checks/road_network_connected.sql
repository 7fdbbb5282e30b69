-- All streets are connected.
-- hint: the road extract may be cut or the loader may not have kept the largest part; look at the streets on a map.

with recursive way as (
    select from_node_id as a, to_node_id as b from core.road_edge
    union all
    select to_node_id, from_node_id from core.road_edge
),

reached (node_id) as (
    (select from_node_id from core.road_edge order by edge_id limit 1)
    union
    select w.b
    from reached as r
    join way as w on w.a = r.node_id
)

select n.node_id
from core.road_node as n
where n.node_id not in (select node_id from reached);
