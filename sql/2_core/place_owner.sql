-- needs: core.place, core.owned_outline
-- grain: one row per (place_key)

create materialized view core.place_owner as

-- A café in a library stands on the land of the library. What the map says of a place itself comes first, then the smallest place
-- around it, what its kind is as a rule, and the land use.
select distinct on (place_key) place_key, owner_class, source_id, record_number
from (
    select place_key, owner_class, case when is_owner_told then 0 else 2 end as owner_rank, 0::double precision as area_m2, place_key as key, source_id, record_number
    from core.place
    where owner_class is not null
    union all
    select p.place_key, o.owner_class, case when o.is_place then 1 else 3 end, o.area_m2, o.outline_key, o.source_id, o.record_number
    from core.place as p
    join core.owned_outline as o on st_intersects(o.geom, p.geom) and o.place_key is distinct from p.place_key
) as known
order by place_key, owner_rank, area_m2, key
with no data;

create unique index place_owner_key on core.place_owner (place_key);

comment on materialized view core.place_owner is 'Whose land a place stands on, of those where anything tells.';
comment on column core.place_owner.place_key is 'The place: core.place.';
comment on column core.place_owner.owner_class is 'public or private.';
comment on column core.place_owner.source_id is 'The file that says so: staging.load_source.';
comment on column core.place_owner.record_number is 'Place of the record in its file, from 1.';
