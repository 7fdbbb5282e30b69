-- needs: core.place, core.place_host, core.host, core.place_owner, core.lone_place, core.candidate_rank, core.region
-- grain: one row per (place_key)

create materialized view core.candidate_place as

with chosen as (
    select
        p.place_key, p.is_small, p.is_parking, o.owner_class is not distinct from 'public' as is_public,
        case when not z.is_plaza then coalesce(p.facility_name, p.name, b.name) end as name,
        case when z.is_plaza then 'plaza' when p.facility_name is not null then 'leisure' else p.candidate_kind end as candidate_kind,
        case when z.is_plaza then r.plaza_suitability_share else p.suitability_share end as suitability_share,
        case when z.is_plaza then t.space_count else p.usual_space_count end as space_count,
        coalesce(p.exclusion_share, 0) >= 1 as is_excluded, coalesce(l.exclusion_share, 0) >= 1 as is_alone, p.geom
    from core.place as p
    cross join core.region as r
    left join core.place_owner as o using (place_key)
    left join core.lone_place as l using (place_key)
    -- small places of the map that are no host's and not alone share a car park that the map does not have
    cross join lateral (select p.is_small and not p.is_parking and p.lone_exclusion_share > 0 and l.place_key is null as is_plaza) as z
    left join lateral (
        select sum(n.usual_space_count) as space_count
        from core.place as n
        where z.is_plaza and n.is_small and not n.is_parking and st_dwithin(n.geom, p.geom, r.host_edge_m)
    ) as t on true
    -- a car park without a name has that of what it is beside
    left join lateral (
        select n.name
        from core.place as n
        where p.is_parking and not n.is_small and not n.is_parking and n.name is not null and st_dwithin(n.geom, p.geom, r.candidate_cluster_m / 2)
        order by n.usual_space_count desc, n.place_key
        limit 1
    ) as b on true
    where not exists (select from core.place_host as m where m.place_key = p.place_key)
    union all
    select
        h.host_key, false, false, false, coalesce(h.name, a.name), h.candidate_kind, h.suitability_share, h.usual_space_count, h.exclusion_share >= 1, false,
        h.point_geom
    from core.host as h
    -- a plaza without a name has that of its largest shop
    left join lateral (
        select p.name
        from core.place_host as m
        join core.place as p using (place_key)
        where m.host_key = h.host_key and not p.is_small and not p.is_parking and p.name is not null
        order by p.usual_space_count desc, p.place_key
        limit 1
    ) as a on true
    where not h.is_place and exists (select from core.place_host as m where m.host_key = h.host_key)
)

select
    c.place_key, c.name, c.candidate_kind, c.suitability_share, c.space_count, c.is_small, c.is_excluded or c.is_alone as is_excluded, c.is_alone,
    k.candidate_rank, coalesce(g.geom, c.geom)::geometry(Point, :metric_srid) as geom
from chosen as c
join core.candidate_rank as k
    on k.is_small = c.is_small and coalesce(k.is_parking, c.is_parking) = c.is_parking and coalesce(k.is_public, c.is_public) = c.is_public
-- drivers park in the largest car park of a host
left join lateral (
    select p.geom
    from core.place_host as m
    join core.place as p using (place_key)
    where m.host_key = c.place_key and p.is_parking and coalesce(p.exclusion_share, 0) < 1
    order by p.usual_space_count desc, p.place_key
    limit 1
) as g on true
with no data;

create unique index candidate_place_key on core.candidate_place (place_key);
create index candidate_place_geom_idx on core.candidate_place using gist (geom);

comment on materialized view core.candidate_place is 'What may stand for a candidate: places that no host stands for, small ones of a plaza as the plaza, and land for shops and firms that has places on it.';
comment on column core.candidate_place.place_key is 'The place (core.place), or the outline of the land (core.host).';
comment on column core.candidate_place.name is 'Name, untrusted text; of land or a car park without a name that of its largest shop or of what it is beside; null for a plaza of small places, which is called by its address.';
comment on column core.candidate_place.candidate_kind is 'Kind of place, plaza or industry.';
comment on column core.candidate_place.suitability_share is 'How well a charger fits, in [0, 1].';
comment on column core.candidate_place.space_count is 'Places for cars, as the map says or as a rule; of a plaza those of its small places within host_edge_m.';
comment on column core.candidate_place.is_small is 'True where these are fewer than host_space_count_min, or not known at all, as of a plaza that has no outline.';
comment on column core.candidate_place.is_excluded is 'True where nothing is built: for what it is, its ground, or because it stands alone.';
comment on column core.candidate_place.is_alone is 'True for a small one that stands alone: core.lone_place.';
comment on column core.candidate_place.candidate_rank is 'In which order a planner would choose it: core.candidate_rank.';
comment on column core.candidate_place.geom is 'Place; of a host with car parks the largest of these.';
