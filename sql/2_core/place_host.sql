-- needs: core.place, core.host, core.region
-- grain: one row per (place_key)

create materialized view core.place_host as

-- The one with most room around a place, so that a shop in a mall and the mall's own car park both are the mall; a small place may stand at its
-- edge. What a public body runs stands for itself on land for shops, and a car park is host to small places alone.
select distinct on (p.place_key) p.place_key, h.host_key
from core.place as p
cross join core.region as r
join core.host as h
    on st_dwithin(h.geom, p.geom, r.host_edge_m)
    and h.host_key <> p.place_key
    and (h.usual_space_count > p.usual_space_count or p.is_parking and not h.is_parking)
where (p.is_small or st_intersects(h.geom, p.geom))
    and (h.is_place or p.owner_class is distinct from 'public')
    and (p.is_small or not h.is_parking)
order by p.place_key, h.is_parking, st_intersects(h.geom, p.geom) desc, h.is_public is true desc, h.usual_space_count desc, h.host_key
with no data;

create unique index place_host_key on core.place_host (place_key);
create index place_host_host_idx on core.place_host (host_key);

comment on materialized view core.place_host is 'Which host stands for a place that is in it, or small and at its edge.';
comment on column core.place_host.place_key is 'The place: core.place.';
comment on column core.place_host.host_key is 'What stands for it: core.host.';
