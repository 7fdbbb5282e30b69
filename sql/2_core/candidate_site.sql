-- needs: core.place, core.place_cluster, core.place_member, core.gap_junction, core.given_candidate, core.charging_station, core.region
-- grain: one row per (candidate_key)

create materialized view core.candidate_site as

with place_count as (
    select m.cluster_key as place_key, count(*) filter (where not p.is_parking) as poi_count, count(*) filter (where p.is_parking) as parking_count
    from core.place_member as m
    join core.place as p using (place_key)
    group by m.cluster_key
)

select
    'place:' || c.place_key as candidate_key,
    c.name,
    c.candidate_kind,
    c.suitability_share,
    n.poi_count::integer,
    n.parking_count::integer,
    c.geom
from core.place_cluster as c
join place_count as n using (place_key)
union all
select candidate_key, name, 'given', suitability_share, 0, 0, geom
from core.given_candidate
where refusal is null
union all
select
    'junction:' || g.node_id,
    'Junction on ' || coalesce(g.street_name, 'an unnamed street'),
    'junction',
    r.junction_suitability_share,
    0,
    0,
    g.geom
from core.gap_junction as g
cross join core.region as r
where not exists (
    select from core.charging_station as s
    where s.is_public and st_dwithin(s.geom, g.geom, r.candidate_cluster_m / 2)
)
with no data;

create unique index candidate_site_key on core.candidate_site (candidate_key);
create index candidate_site_geom_idx on core.candidate_site using gist (geom);

comment on materialized view core.candidate_site is 'Where a station could be built: what the list of the region has, the best place of each neighbourhood, and junctions where there is none.';
comment on column core.candidate_site.candidate_key is 'Key such as place:n123, given:L7 or junction:45, the same in every load of the same map.';
comment on column core.candidate_site.name is 'Name, untrusted text; null where core.site calls it by its address.';
comment on column core.candidate_site.candidate_kind is 'Kind of place, given (by a list of the region) or junction.';
comment on column core.candidate_site.suitability_share is 'How well a charger fits there, in [0, 1]: core.place_kind, as the list says, or that of a bare junction.';
comment on column core.candidate_site.poi_count is 'Points of interest it stands for.';
comment on column core.candidate_site.parking_count is 'Car parks it stands for.';
comment on column core.candidate_site.geom is 'Place.';
