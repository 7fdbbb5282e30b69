-- needs: core.road_left_out, core.road_edge, core.demand_cell
-- grain: one row per (source_id, part_number)

create materialized view analysis.road_part_left_out as

with part as (
    select source_id, part_number, count(*)::integer as road_count, sum(length_m order by record_number) / 1000 as length_km
    from core.road_left_out
    group by source_id, part_number
),

-- people live in a part that is left out where its streets are nearer than those of the network
resident as (
    select o.source_id, o.part_number, sum(c.population order by c.cell_id) as population
    from core.demand_cell as c
    cross join lateral (
        select n.*
        from (
            select source_id, record_number, part_number, st_distance(geom, c.point_geom) as distance_m
            from core.road_left_out
            -- by distance alone, which the index gives, with all that are exactly as near
            order by geom <-> c.point_geom
            fetch first 1 row with ties
        ) as n
        order by n.source_id, n.record_number
        limit 1
    ) as o
    where not exists (select from core.road_edge as e where st_dwithin(e.geom, c.point_geom, o.distance_m))
    group by o.source_id, o.part_number
)

select p.source_id, p.part_number, p.road_count, p.length_km, coalesce(r.population, 0)::double precision as population
from part as p
left join resident as r using (source_id, part_number)
with no data;

create unique index road_part_left_out_key on analysis.road_part_left_out (source_id, part_number);

comment on materialized view analysis.road_part_left_out is 'Parts of the road network that are not connected with the rest, and so are left out.';
comment on column analysis.road_part_left_out.source_id is 'The file: staging.load_source.';
comment on column analysis.road_part_left_out.part_number is 'Part of the network in its file, from 2.';
comment on column analysis.road_part_left_out.road_count is 'Pieces of street, within the region.';
comment on column analysis.road_part_left_out.length_km is 'Their length.';
comment on column analysis.road_part_left_out.population is 'People who live nearer to a street of the part than to any of the network.';
