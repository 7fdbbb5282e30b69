-- needs: raw.load
-- grain: one row per (load_id); every load that was not pruned

create view staging.load_history as

select load_id, region, title, is_synthetic, region_file, region_sha256, content_sha256, loader_version, loaded_at, is_current
from raw.load;

comment on view staging.load_history is 'All loads that are kept.';
comment on column staging.load_history.load_id is 'Number of the load.';
comment on column staging.load_history.region is 'Name of the region.';
comment on column staging.load_history.title is 'Name of the region for people.';
comment on column staging.load_history.is_synthetic is 'True when the region is made up.';
comment on column staging.load_history.region_file is 'Name of the region file.';
comment on column staging.load_history.region_sha256 is 'SHA-256 of the region file.';
comment on column staging.load_history.content_sha256 is 'SHA-256 over the region file and all sources.';
comment on column staging.load_history.loader_version is 'Version of the loader.';
comment on column staging.load_history.loaded_at is 'When it was loaded.';
comment on column staging.load_history.is_current is 'True for the load that the views show.';
