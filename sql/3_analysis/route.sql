-- needs: analysis.road_network, analysis.access_point, core.region
-- grain: one row per (from_vertex_id, to_vertex_id)

create materialized view analysis.route as

-- some hundred sites at a time: enough to read the graph seldom, few enough to hold the answer in memory
with batch as (
    select array_agg(vertex_id order by vertex_id) as vertex_ids
    from (
        select vertex_id, row_number() over (order by vertex_id) / 200 as number
        from (select distinct vertex_id from analysis.access_point where place_kind = 'site') as v
    ) as numbered
    group by number
),

-- People drive to the charger, so the graph is turned round (source and target swapped) and searched from the sites.
-- The column with the start is from_v before pgRouting 3.6 and start_vid since; the one that the function does not return
-- is found, as null, in "absent".
found as (
    select d.to_vertex_id, d.from_vertex_id, d.cost
    from core.region as r
    cross join batch as b
    cross join (select null::bigint as from_v, null::bigint as start_vid) as absent
    cross join lateral (
        select coalesce(start_vid, from_v) as to_vertex_id, node as from_vertex_id, agg_cost as cost
        from pgr_drivingdistance(
            'select piece_id as id, to_vertex_id as source, from_vertex_id as target,
                forward_cost as cost, backward_cost as reverse_cost
            from analysis.road_network',
            b.vertex_ids,
            (r.road_distance_max_m * 1000 + 1) * 2 ^ 22
        )
    ) as d
    where d.to_vertex_id <> d.from_vertex_id
    union all
    -- pgRouting may leave out the pair (v, v); a site at the driver's own junction is nearest of all, so it is
    -- given back at distance zero
    select distinct vertex_id, vertex_id, 0::double precision
    from analysis.access_point
    where place_kind = 'site'
)

select
    f.from_vertex_id,
    f.to_vertex_id,
    floor(f.cost / 2 ^ 22) / 1000 as distance_m,
    (f.cost - floor(f.cost / 2 ^ 22) * 2 ^ 22) / 6000 as duration_min
from found as f
where f.from_vertex_id in (select vertex_id from analysis.access_point)
with no data;

create unique index route_key on analysis.route (from_vertex_id, to_vertex_id);

comment on materialized view analysis.route is 'Shortest routes along directed streets between the vertices where places meet them, as far as road_distance_max_m.';
comment on column analysis.route.from_vertex_id is 'Vertex of analysis.road_network where a cell or a site meets the street.';
comment on column analysis.route.to_vertex_id is 'Vertex where a site does.';
comment on column analysis.route.distance_m is 'Length of the shortest route, without access legs.';
comment on column analysis.route.duration_min is 'Minutes on that route, without access legs.';
