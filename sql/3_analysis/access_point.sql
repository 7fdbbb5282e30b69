-- needs: core.demand_cell, core.site, core.road_edge, core.road_node, core.region
-- grain: one row per (place_kind, place_id)

create materialized view analysis.access_point as

with place (place_kind, place_id, geom) as (
    select 'cell', cell_id, point_geom from core.demand_cell
    union all
    select 'site', site_id, geom from core.site
),

street as (
    select
        p.place_kind,
        p.place_id,
        e.*,
        st_linelocatepoint(e.geom, p.geom) * e.length_m as exact_m,
        st_distance(e.geom, p.geom) as access_m
    from place as p
    cross join core.region as r
    cross join lateral (
        select n.*
        from (
            select edge_id, from_node_id, to_node_id, length_m, geom
            from core.road_edge
            -- no driveway opens on a motorway, its ramps or a ferry
            where highway not in ('motorway', 'motorway_link', 'ferry')
            -- by distance alone, which the index gives, with all that are exactly as near
            order by geom <-> p.geom
            fetch first 1 row with ties
        ) as n
        order by n.edge_id
        limit 1
    ) as e
    where st_dwithin(e.geom, p.geom, r.access_max_m)
),

-- Positions are known to the decimetre (maps are good to some centimetres). Within half of one, an end of the street is
-- where the place is, and its position is the end's own, so that no rounding puts it before the end of a one-way street.
snapped as (
    select
        *,
        case
            when least(exact_m, length_m - exact_m) > 0.05 then round(exact_m::numeric, 1)::double precision
            when exact_m <= length_m - exact_m then 0
            else length_m
        end as position_m
    from street
),

-- an end of the street is the junction itself; positions between get numbers below those of all junctions
numbered as (
    select
        *,
        case
            when position_m = 0 then from_node_id
            when position_m = length_m then to_node_id
            else (select least(min(node_id), 0) from core.road_node)
                - dense_rank() over (order by edge_id, position_m)
        end as vertex_id
    from snapped
)

select
    place_kind,
    place_id,
    edge_id,
    least(coalesce(position_m / nullif(length_m, 0), 0), 1) as fraction,
    position_m,
    vertex_id,
    access_m,
    st_lineinterpolatepoint(geom, least(coalesce(position_m / nullif(length_m, 0), 0), 1))::geometry(Point, :metric_srid) as geom
from numbered
with no data;

create unique index access_point_key on analysis.access_point (place_kind, place_id);
create index access_point_vertex_idx on analysis.access_point (vertex_id);
create index access_point_edge_idx on analysis.access_point (edge_id);

comment on materialized view analysis.access_point is 'Where a place meets the network: the nearest point of the nearest street; places farther than access_max_m are off the network and have no row.';
comment on column analysis.access_point.place_kind is 'cell or site.';
comment on column analysis.access_point.place_id is 'cell_id or site_id.';
comment on column analysis.access_point.edge_id is 'The street.';
comment on column analysis.access_point.fraction is 'How far along the line of the street, in [0, 1].';
comment on column analysis.access_point.position_m is 'How far along the street, metres, to the decimetre; at an end, the end.';
comment on column analysis.access_point.vertex_id is 'Vertex of analysis.road_network; a junction when the point is within 5 cm of an end of the street.';
comment on column analysis.access_point.access_m is 'Straight way between the place and the street, metres.';
comment on column analysis.access_point.geom is 'The point on the street.';
