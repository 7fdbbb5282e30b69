-- needs: raw.site_registry, raw.load
-- grain: one row per (site_id)

create view staging.site_registry as

select site_id, site_key
from raw.site_registry
where region = (select region from raw.load where is_current);

comment on view staging.site_registry is 'Numbers of the sites of the current region, the same in every load.';
comment on column staging.site_registry.site_id is 'Number of the site, for good.';
comment on column staging.site_registry.site_key is 'Key of the station or candidate.';
