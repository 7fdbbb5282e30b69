-- needs: analysis.road_network, analysis.access_point, analysis.site_vertex, core.region
-- grain: one row per (from_vertex_id, to_vertex_id)

create view analysis.confirmed_route as

with chosen as (
    select array_agg(vertex_id order by vertex_id) as vertex_ids
    from (
        select vertex_id, row_number() over (order by tile_id, vertex_id) as number, count(*) over () as vertex_count
        from analysis.site_vertex
    ) as v
    where (number - 1) % ceil(vertex_count / 8.0) = 0
),

-- People drive to the charger, so the graph is turned round (source and target swapped) and searched from the sites.
-- The column with the start is from_v before pgRouting 3.6 and start_vid since; the one that the function does not return
-- is found, as null, in "absent".
found as (
    select d.to_vertex_id, d.from_vertex_id, d.cost
    from core.region as r
    cross join chosen as c
    cross join (select null::bigint as from_v, null::bigint as start_vid) as absent
    cross join lateral (
        select coalesce(start_vid, from_v) as to_vertex_id, node as from_vertex_id, agg_cost as cost
        from pgr_drivingdistance(
            'select piece_id as id, to_vertex_id as source, from_vertex_id as target,
                forward_cost as cost, backward_cost as reverse_cost
            from analysis.road_network',
            c.vertex_ids,
            (r.road_distance_max_m * 1000 + 1) * 2 ^ 22
        )
    ) as d
    where d.to_vertex_id <> d.from_vertex_id
    union all
    -- pgRouting may leave out the pair (v, v); a site at the driver's own junction is nearest of all, so it is
    -- given back at distance zero
    select v, v, 0::double precision
    from chosen as c
    cross join lateral unnest(c.vertex_ids) as v
)

select
    f.from_vertex_id,
    f.to_vertex_id,
    floor(f.cost / 2 ^ 22) / 1000 as distance_m,
    (f.cost - floor(f.cost / 2 ^ 22) * 2 ^ 22) / 6000 as duration_min
from found as f
where f.from_vertex_id in (select vertex_id from analysis.access_point);

comment on view analysis.confirmed_route is 'Routes to eight sites, spread over the region, as pgRouting finds them on all streets: a second opinion on analysis.route.';
comment on column analysis.confirmed_route.from_vertex_id is 'Vertex of analysis.road_network where a cell or a site meets the street.';
comment on column analysis.confirmed_route.to_vertex_id is 'Vertex where a site does.';
comment on column analysis.confirmed_route.distance_m is 'Length of the shortest route, without access legs.';
comment on column analysis.confirmed_route.duration_min is 'Minutes on that route, without access legs.';
