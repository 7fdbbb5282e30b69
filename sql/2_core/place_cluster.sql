-- needs: core.place_best, core.given_candidate, core.charging_station, core.region
-- grain: one row per (place_key)

create materialized view core.place_cluster as

select b.place_key, b.name, b.candidate_kind, b.suitability_share, b.is_excluded, b.is_alone, b.geom
from core.place_best as b
cross join core.region as r
-- two that face each other across the edge of their hexagons are one place: the better stays
where not exists (
    select from core.place_best as o
    where st_dwithin(o.geom, b.geom, r.candidate_cluster_m / 2)
        and (b.is_excluded, b.candidate_rank, o.space_count, o.suitability_share, b.place_key)
        > (o.is_excluded, o.candidate_rank, b.space_count, b.suitability_share, o.place_key)
)
    -- what shares a car park that the map has is that car park
    and not exists (
        select from core.place_best as o
        where b.is_small and b.candidate_kind <> 'parking' and o.candidate_kind = 'parking' and not o.is_excluded and st_dwithin(o.geom, b.geom, r.candidate_cluster_m)
    )
    and not exists (
        select from core.charging_station as s
        where s.is_public and st_dwithin(s.geom, b.geom, r.candidate_cluster_m / 2)
    )
    -- what the region's own list has stands for what the map has there
    and not exists (
        select from core.given_candidate as g
        where g.refusal is null and st_dwithin(g.geom, b.geom, r.candidate_cluster_m / 2)
    )
with no data;

create unique index place_cluster_key on core.place_cluster (place_key);
create index place_cluster_geom_idx on core.place_cluster using gist (geom);

comment on materialized view core.place_cluster is 'The best place of each neighbourhood about candidate_cluster_m wide, unless it has a station already.';
comment on column core.place_cluster.place_key is 'OSM type and id.';
comment on column core.place_cluster.name is 'Name, untrusted text; null where the address is to stand for it.';
comment on column core.place_cluster.candidate_kind is 'Kind of place.';
comment on column core.place_cluster.suitability_share is 'How well a charger fits, in [0, 1].';
comment on column core.place_cluster.is_excluded is 'True where nothing is built: core.place, core.lone_place.';
comment on column core.place_cluster.is_alone is 'True for a small one that stands alone: core.lone_place.';
comment on column core.place_cluster.geom is 'Place.';
