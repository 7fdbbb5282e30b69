-- needs: core.place, core.place_host, core.place_cluster, core.region
-- grain: one row per (place_key)

create materialized view core.place_member as

-- to its host, where that is a candidate; else to the nearest
select p.place_key, coalesce(h.place_key, c.place_key) as cluster_key
from core.place as p
cross join core.region as r
left join core.place_host as m using (place_key)
left join core.place_cluster as h on h.place_key = m.host_key
cross join lateral (
    select n.*
    from (select place_key, geom from core.place_cluster order by geom <-> p.geom fetch first 1 row with ties) as n
    order by n.place_key
    limit 1
) as c
where h.place_key is not null or st_dwithin(c.geom, p.geom, r.candidate_cluster_m)
with no data;

create unique index place_member_key on core.place_member (place_key);
create index place_member_cluster_idx on core.place_member (cluster_key);

comment on materialized view core.place_member is 'Which places a candidate site stands for: those that it is host to or that are near, itself included.';
comment on column core.place_member.place_key is 'The place.';
comment on column core.place_member.cluster_key is 'The place that is the candidate site.';
