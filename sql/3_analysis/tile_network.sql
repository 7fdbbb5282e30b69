-- needs: analysis.road_network, analysis.site_vertex, core.road_edge, core.road_node
-- grain: one row per piece of a street that comes as near as margin_m to the box around the sites of a tile

create function analysis.tile_network(tile_id integer, margin_m double precision)
returns table (
    from_vertex_id bigint,
    to_vertex_id bigint,
    forward_cost double precision,
    backward_cost double precision,
    is_from_open boolean,
    is_to_open boolean
)
language sql
stable
begin atomic

with box as (
    select
        st_setsrid(st_expand(st_extent(v.geom), $2)::geometry, :metric_srid) as geom,
        -- a metre less, in which a line may miss its junction
        st_setsrid(st_expand(st_extent(v.geom), $2 - 1)::geometry, :metric_srid) as inner_geom,
        -- the junctions of a street in here are in inner_geom, and need not be looked up
        st_setsrid(st_expand(st_extent(v.geom), $2 - 2)::geometry, :metric_srid) as sure_geom
    from analysis.site_vertex as v
    where v.tile_id = $1
),

-- most streets are inside, and their shapes long: each is looked at once
street as materialized (
    select e.edge_id, e.geom @ b.sure_geom as is_inside, b.inner_geom
    from box as b
    join core.road_edge as e on e.geom && b.geom
)

select p.from_vertex_id, p.to_vertex_id, p.forward_cost, p.backward_cost, false, false
from street as s
join analysis.road_network as p using (edge_id)
where s.is_inside
union all
select
    p.from_vertex_id,
    p.to_vertex_id,
    p.forward_cost,
    p.backward_cost,
    -- a junction in the box has all its streets here, and so has a place along one; a junction outside may have more
    u.node_id is not null and not u.geom && s.inner_geom,
    v.node_id is not null and not v.geom && s.inner_geom
from street as s
join analysis.road_network as p using (edge_id)
left join core.road_node as u on u.node_id = p.from_vertex_id
left join core.road_node as v on v.node_id = p.to_vertex_id
where not s.is_inside;

end;
comment on function analysis.tile_network is 'The streets around the sites of a tile; is_from_open and is_to_open tell the ends where more streets may begin that are not here.';
