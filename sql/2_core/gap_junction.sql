-- needs: core.demand_cell, core.place_cluster, core.last_resort_place, core.given_candidate, core.road_node, core.road_edge, core.hexagon_index, core.region
-- grain: one row per (node_id)

create view core.gap_junction as

-- populated places on the network without a candidate near them, gathered in hexagons as wide as the gap
with gap as (
    select
        st_setsrid(
            st_makepoint(
                sum(st_x(c.point_geom) * c.population order by c.cell_id) / sum(c.population order by c.cell_id),
                sum(st_y(c.point_geom) * c.population order by c.cell_id) / sum(c.population order by c.cell_id)
            ),
            :metric_srid
        ) as geom
    from core.demand_cell as c
    cross join core.region as r
    cross join lateral core.hexagon_index(c.point_geom, r.candidate_gap_m / sqrt(3)) as h
    where c.population > 0
        and exists (select from core.road_edge as e where st_dwithin(e.geom, c.point_geom, r.access_max_m))
        and not exists (
            select from core.place_cluster as p
            left join core.last_resort_place as l using (place_key)
            where (not p.is_excluded or l.place_key is not null) and st_dwithin(p.geom, c.point_geom, r.candidate_gap_m)
        )
        and not exists (
            select from core.given_candidate as g where g.refusal is null and st_dwithin(g.geom, c.point_geom, r.candidate_gap_m)
        )
    group by h.i, h.j
)

select distinct on (n.node_id) n.node_id, e.name as street_name, n.geom
from gap as g
cross join lateral (
    select n.*
    from (
        select edge_id, name, from_node_id, to_node_id
        from core.road_edge
        where highway not in ('motorway', 'motorway_link', 'ferry')
        order by geom <-> g.geom
        fetch first 1 row with ties
    ) as n
    order by n.edge_id
    limit 1
) as e
cross join lateral (
    select node_id, geom from core.road_node where node_id in (e.from_node_id, e.to_node_id) order by geom <-> g.geom, node_id limit 1
) as n
order by n.node_id, e.name, e.edge_id;

comment on view core.gap_junction is 'Junctions that stand in as candidates where people live far from any place that could host a charger.';
comment on column core.gap_junction.node_id is 'OSM node id.';
comment on column core.gap_junction.street_name is 'A street that meets there.';
comment on column core.gap_junction.geom is 'Place.';
