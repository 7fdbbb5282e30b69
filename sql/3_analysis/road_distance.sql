-- needs: analysis.road_network, analysis.access_point, core.region
-- grain: one row per (site_id, cell_id)

create materialized view analysis.road_distance as

-- some hundred sites at a time: enough to read the graph seldom, few enough to hold the answer in memory
with batch as (
    select array_agg(vertex_id) as vertex_ids
    from (
        select vertex_id, row_number() over (order by vertex_id) / 200 as number
        from (select distinct vertex_id from analysis.access_point where place_kind = 'site') as v
    ) as numbered
    group by number
),

-- People drive to the charger, so the graph is turned round (source and target swapped) and searched from the sites.
-- The column with the start is from_v before pgRouting 3.6 and start_vid since; the one that the function does not return
-- is found, as null, in "absent".
route as (
    select d.site_vertex_id, d.cell_vertex_id, floor(d.cost / 2 ^ 22) as route_mm, d.cost
    from core.region as r
    cross join batch as b
    cross join (select null::bigint as from_v, null::bigint as start_vid) as absent
    cross join lateral (
        select coalesce(start_vid, from_v) as site_vertex_id, node as cell_vertex_id, agg_cost as cost
        from pgr_drivingdistance(
            'select piece_id as id, to_vertex_id as source, from_vertex_id as target,
                forward_cost as cost, backward_cost as reverse_cost
            from analysis.road_network',
            b.vertex_ids,
            (r.road_distance_max_m * 1000 + 1) * 2 ^ 22
        )
    ) as d
    where d.site_vertex_id <> d.cell_vertex_id
    union all
    -- pgRouting may leave out the pair (v, v); a site at the driver's own junction is nearest of all, so it is
    -- given back at distance zero
    select distinct vertex_id, vertex_id, 0::double precision, 0::double precision
    from analysis.access_point
    where place_kind = 'site'
)

select
    c.place_id as cell_id,
    s.place_id::integer as site_id,
    t.route_mm / 1000 + c.access_m + s.access_m as distance_m,
    (t.cost - t.route_mm * 2 ^ 22) / 6000 + (c.access_m + s.access_m) / (r.access_speed_kmh * 1000 / 60) as duration_min
from route as t
join analysis.access_point as c on c.place_kind = 'cell' and c.vertex_id = t.cell_vertex_id
join analysis.access_point as s on s.place_kind = 'site' and s.vertex_id = t.site_vertex_id
cross join core.region as r
where t.route_mm / 1000 + c.access_m + s.access_m <= r.road_distance_max_m
with no data;

create unique index road_distance_key on analysis.road_distance (site_id, cell_id);
create index road_distance_cell_idx on analysis.road_distance (cell_id, distance_m);

comment on materialized view analysis.road_distance is 'How far it is by road from each cell to each site, one-way streets and access legs included; no row where there is no route within road_distance_max_m.';
comment on column analysis.road_distance.cell_id is 'The cell one drives from.';
comment on column analysis.road_distance.site_id is 'The site one drives to.';
comment on column analysis.road_distance.distance_m is 'Length of the shortest route, access legs included.';
comment on column analysis.road_distance.duration_min is 'Minutes on that route, access legs included.';
