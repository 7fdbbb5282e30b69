-- needs: core.place, core.place_cluster, core.given_candidate, core.charging_station, core.demand_cell, core.region
-- grain: one row per (place_key)

create materialized view core.last_resort_place as

-- the way by street is at most sqrt(2) times the straight line on a grid of streets, so what is that much nearer serves these people as well
with cell as (
    select d.cell_id, far.m as far_m, d.point_geom as geom
    from core.demand_cell as d
    cross join core.region as r
    cross join lateral (values (r.candidate_gap_m), (r.road_distance_max_m)) as far (m)
    cross join lateral (select far.m / sqrt(2) as m) as near
    where d.population > 0
        and not exists (select from core.place_cluster as c where not c.is_excluded and st_dwithin(c.geom, d.point_geom, near.m))
        and not exists (select from core.given_candidate as g where g.refusal is null and st_dwithin(g.geom, d.point_geom, near.m))
        and not exists (select from core.charging_station as s where s.is_public and s.is_in_service and st_dwithin(s.geom, d.point_geom, near.m))
)

select c.place_key
from core.place_cluster as c
join core.place as p using (place_key)
where c.is_alone
    and coalesce(p.exclusion_share, 0) < 1
    and p.usual_space_count > 0
    and exists (select from cell where st_dwithin(cell.geom, c.geom, cell.far_m))
with no data;

create unique index last_resort_place_key on core.last_resort_place (place_key);

comment on materialized view core.last_resort_place is 'Small places that stand alone and remain candidates, as people within candidate_gap_m or road_distance_max_m of them have no other so near by street, nor a station: a restaurant with a few places for cars is better than a bare junction.';
comment on column core.last_resort_place.place_key is 'The place: core.place.';
