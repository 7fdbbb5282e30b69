-- needs: raw.load
-- grain: one row per (load_id); one row in all, the current load

create view staging.load as

select load_id, region, title, is_synthetic, metric_srid, currency, loaded_at
from raw.load
where is_current;

comment on view staging.load is 'The current load, which all views show.';
comment on column staging.load.load_id is 'Number of the load.';
comment on column staging.load.region is 'Name of the region.';
comment on column staging.load.title is 'Name of the region for people.';
comment on column staging.load.is_synthetic is 'True when the region is made up.';
comment on column staging.load.metric_srid is 'EPSG code of the metric CRS.';
comment on column staging.load.currency is 'Currency of all sums, as ISO 4217 has it.';
comment on column staging.load.loaded_at is 'When it was loaded.';
