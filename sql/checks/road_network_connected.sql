-- All streets are connected.
-- hint: the road extract may be cut or the loader may not have kept the largest part; look at the streets on a map.

with part as (
    select node as node_id, component
    from pgr_connectedcomponents('select edge_id as id, from_node_id as source, to_node_id as target, 1 as cost from core.road_edge')
)

select n.node_id
from core.road_node as n
left join part as p using (node_id)
where p.component is distinct from (
    select p.component from core.road_edge as e join part as p on p.node_id = e.from_node_id order by e.edge_id limit 1
);
