-- needs: core.road_edge, analysis.access_point
-- grain: one row per (piece_id)

create materialized view analysis.road_network as

with breakpoint (edge_id, vertex_id, position_m, rank) as (
    select edge_id, from_node_id, 0, 0
    from core.road_edge
    union all
    select distinct p.edge_id, p.vertex_id, p.position_m, 1
    from analysis.access_point as p
    join core.road_edge as e using (edge_id)
    where p.vertex_id not in (e.from_node_id, e.to_node_id)
    union all
    select edge_id, to_node_id, round(length_m::numeric, 3)::double precision, 2
    from core.road_edge
),

piece as (
    select
        edge_id,
        vertex_id as from_vertex_id,
        lead(vertex_id) over street as to_vertex_id,
        position_m as from_m,
        lead(position_m) over street as to_m
    from breakpoint
    window street as (partition by edge_id order by rank, position_m)
),

-- whole millimetres and centiseconds, as differences of rounded positions, so that pieces add up to their street
measured as (
    select
        p.*,
        e.forward_min,
        e.backward_min,
        round(p.to_m * 1000) - round(p.from_m * 1000) as length_mm,
        round(e.forward_min * 6000 * s.to_share) - round(e.forward_min * 6000 * s.from_share) as forward_cs,
        round(e.backward_min * 6000 * s.to_share) - round(e.backward_min * 6000 * s.from_share) as backward_cs
    from piece as p
    join core.road_edge as e using (edge_id)
    cross join lateral (
        select
            coalesce(p.from_m / nullif(e.length_m, 0), 0) as from_share,
            coalesce(p.to_m / nullif(e.length_m, 0), 1) as to_share
    ) as s
    where p.to_vertex_id is not null
)

select
    row_number() over (order by edge_id, from_m, to_m, from_vertex_id) as piece_id,
    edge_id,
    from_vertex_id,
    to_vertex_id,
    length_mm / 1000 as length_m,
    forward_cs / 6000 as forward_min,
    backward_cs / 6000 as backward_min,
    -- One number holds both, so that one search for the shortest route also tells how long it takes: millimetres
    -- times 2^22 plus centiseconds. Whole numbers below 2^53 add up exactly in double precision, which is enough for
    -- 2,147 km and 11 hours; of routes equally short the quicker wins. -1 closes a direction.
    length_mm * 2 ^ 22 + forward_cs as forward_cost,
    coalesce(length_mm * 2 ^ 22 + backward_cs, -1) as backward_cost
from measured
with no data;

create unique index road_network_key on analysis.road_network (piece_id);
create index road_network_edge_id_idx on analysis.road_network (edge_id);

comment on materialized view analysis.road_network is 'Streets cut at the access points of cells and sites: the graph that routes run on.';
comment on column analysis.road_network.piece_id is 'Number of the piece.';
comment on column analysis.road_network.edge_id is 'The street.';
comment on column analysis.road_network.from_vertex_id is 'Junction (node_id) or access point where the piece begins.';
comment on column analysis.road_network.to_vertex_id is 'Junction or access point where it ends.';
comment on column analysis.road_network.length_m is 'Length, metres.';
comment on column analysis.road_network.forward_min is 'Minutes along the street.';
comment on column analysis.road_network.backward_min is 'Minutes against it; null where not allowed.';
comment on column analysis.road_network.forward_cost is 'Millimetres times 2^22 plus centiseconds, along the street.';
comment on column analysis.road_network.backward_cost is 'The same against it; -1 where not allowed.';
