-- needs: core.place, core.place_host, core.region
-- grain: one row per (place_key)

create materialized view core.lone_place as

select p.place_key, p.lone_exclusion_share as exclusion_share, p.source_id, p.record_number
from core.place as p
cross join core.region as r
cross join lateral (
    select
        count(*) as place_count,
        count(*) filter (where o.is_small and st_dwithin(o.geom, p.geom, r.host_edge_m)) as tenant_count,
        coalesce(bool_or(o.is_parking), false) as has_parking
    from core.place as o
    where st_dwithin(o.geom, p.geom, r.candidate_cluster_m) and coalesce(o.exclusion_share, 0) < 1
) as n
where p.lone_exclusion_share > 0
    and p.is_small
    and not n.has_parking
    and n.place_count < r.plaza_place_count_min
    and n.tenant_count < r.plaza_tenant_count_min
    and not exists (select from core.place_host as m where m.place_key = p.place_key)
with no data;

create unique index lone_place_key on core.lone_place (place_key);

comment on materialized view core.lone_place is 'Small places that stand alone: in no host, without a car park of the map, and with fewer places within candidate_cluster_m, or small ones on their property, than make a plaza.';
comment on column core.lone_place.place_key is 'The place: core.place.';
comment on column core.lone_place.exclusion_share is '1 where nothing is built at it; less lowers its score by that share: the setting lone_place_share.';
comment on column core.lone_place.source_id is 'The file it came from: staging.load_source.';
comment on column core.lone_place.record_number is 'Place of the record in its file, from 1.';
