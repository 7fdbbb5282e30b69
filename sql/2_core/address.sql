-- needs: staging.address, core.region
-- grain: one row per (address_id)

create materialized view core.address as

select row_number() over (order by st_x(a.geom), st_y(a.geom), a.source_id, a.record_number)::integer as address_id, a.source_id, a.record_number, a.street_number, a.street, a.city, a.geom
-- offset 0: a place is reprojected once, not wherever it stands below
from (select * from staging.address offset 0) as a
-- outlines are simplified: an address one hexagon outside still belongs; whether it is inside is known many times sooner than how far it is
join core.region as r on st_intersects(r.geom, a.geom) or st_dwithin(a.geom, r.geom, r.hexagon_edge_m)
with no data;

create unique index address_key on core.address (address_id);
create index address_geom_idx on core.address using gist (geom);

comment on materialized view core.address is 'Civic addresses of the region; people are spread over them.';
comment on column core.address.address_id is 'Number of the address within the load.';
comment on column core.address.source_id is 'The file it came from: staging.load_source.';
comment on column core.address.record_number is 'Place of the record in its file, from 1.';
comment on column core.address.street_number is 'Number in the street, untrusted text; null where not known.';
comment on column core.address.street is 'Street, untrusted text; null where not known.';
comment on column core.address.city is 'Town as the source has it, untrusted text; null where not known.';
comment on column core.address.geom is 'Place.';
