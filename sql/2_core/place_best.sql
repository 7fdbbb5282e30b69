-- needs: core.candidate_place, core.hexagon_index, core.region
-- grain: one row per (place_key)

create materialized view core.place_best as

-- one place per hexagon as wide as candidate_cluster_m: unlike chains of neighbours, hexagons cannot grow along a street
select distinct on (h.i, h.j)
    p.place_key, p.name, p.candidate_kind, p.suitability_share, p.space_count, p.is_small, p.is_excluded, p.is_alone, p.candidate_rank, p.geom
from core.candidate_place as p
cross join core.region as r
cross join lateral core.hexagon_index(p.geom, r.candidate_cluster_m / sqrt(3)) as h
-- a place where nothing is built gives way to any other
order by h.i, h.j, p.is_excluded, p.candidate_rank, p.space_count desc, p.suitability_share desc, p.place_key
with no data;

create unique index place_best_key on core.place_best (place_key);
create index place_best_geom_idx on core.place_best using gist (geom);

comment on materialized view core.place_best is 'The place of each hexagon, as wide as candidate_cluster_m, that a planner would choose.';
comment on column core.place_best.place_key is 'OSM type and id.';
comment on column core.place_best.name is 'Name, untrusted text; null where the address is to stand for it.';
comment on column core.place_best.candidate_kind is 'Kind of place.';
comment on column core.place_best.suitability_share is 'How well a charger fits, in [0, 1].';
comment on column core.place_best.space_count is 'Places for cars: core.candidate_place.';
comment on column core.place_best.is_small is 'True for a place that can host no chargers by itself: core.candidate_place.';
comment on column core.place_best.is_excluded is 'True where nothing is built: core.place, core.lone_place.';
comment on column core.place_best.is_alone is 'True for a small one that stands alone: core.lone_place.';
comment on column core.place_best.candidate_rank is 'In which order a planner would choose it: core.candidate_rank.';
comment on column core.place_best.geom is 'Place.';
