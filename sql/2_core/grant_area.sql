-- needs: staging.grant_area, core.region
-- grain: one row per (grant_area_id)

create materialized view core.grant_area as

select
    row_number() over (order by a.source_id, a.record_number)::integer as grant_area_id,
    a.area_kind,
    a.name,
    a.source_id,
    a.record_number,
    a.geom
from staging.grant_area as a
cross join core.region as r
where st_intersects(a.geom, r.geom)
with no data;

create unique index grant_area_key on core.grant_area (grant_area_id);
create index grant_area_geom_idx on core.grant_area using gist (geom);

comment on materialized view core.grant_area is 'Areas that grant programs speak of, such as corridors: programs name their kinds.';
comment on column core.grant_area.grant_area_id is 'Number of the area within the load.';
comment on column core.grant_area.area_kind is 'Kind of area, such as corridor.';
comment on column core.grant_area.name is 'Name, untrusted text.';
comment on column core.grant_area.source_id is 'The file it came from: staging.load_source.';
comment on column core.grant_area.record_number is 'Place of the record in its file, from 1.';
comment on column core.grant_area.geom is 'Outline.';
