-- needs: core.site, core.candidate_site, core.place, core.region
-- grain: one row per (site_id, place_key)

create materialized view core.site_place as

select
    s.site_id,
    p.place_key,
    row_number() over (
        partition by s.site_id order by o.is_own desc, st_distance(p.geom, s.geom), p.place_key
    )::integer as place_rank,
    o.is_own,
    st_distance(p.geom, s.geom) as distance_m
from core.site as s
cross join core.region as r
left join core.candidate_site as c on c.candidate_key = s.site_key
join core.place as p on st_dwithin(p.geom, s.geom, r.candidate_cluster_m)
-- none of its shops is the plaza
cross join lateral (select s.site_key = 'place:' || p.place_key and c.candidate_kind <> 'plaza' as is_own) as o
with no data;

create unique index site_place_key on core.site_place (site_id, place_key);

comment on materialized view core.site_place is 'Places that can host a charger within candidate_cluster_m of a site: what a driver finds there.';
comment on column core.site_place.site_id is 'Site.';
comment on column core.site_place.place_key is 'The place: core.place.';
comment on column core.site_place.place_rank is 'The place of the site itself first, then by distance, from 1.';
comment on column core.site_place.is_own is 'True for the place that the candidate stands for.';
comment on column core.site_place.distance_m is 'Distance.';
