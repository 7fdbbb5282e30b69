-- needs: core.site, core.grant_area
-- grain: one row per (site_id, area_kind)

create materialized view core.site_grant_area as

select distinct s.site_id, a.area_kind
from core.site as s
join core.grant_area as a on st_intersects(a.geom, s.geom)
with no data;

create unique index site_grant_area_key on core.site_grant_area (site_id, area_kind);

comment on materialized view core.site_grant_area is 'In areas of which kinds each site lies, of those that grant programs speak of.';
comment on column core.site_grant_area.site_id is 'Site.';
comment on column core.site_grant_area.area_kind is 'Kind of area: core.grant_area.';
