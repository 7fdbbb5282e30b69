-- needs: staging.osm_feature
-- grain: one row per (land_use_area_id)

create materialized view core.land_use_area as

-- maps that overlap hold an area twice
with area as (
    select distinct on (feature_key) *
    from staging.osm_feature
    where feature_kind = 'land_use' and tags ? 'landuse' and st_dimension(geom) = 2
    order by feature_key, source_id, record_number
)

select
    row_number() over (order by feature_key, source_id, record_number)::integer as land_use_area_id,
    feature_key,
    nullif(name, '') as name,
    tags ->> 'landuse' as land_use,
    st_area(geom) as area_m2,
    source_id,
    record_number,
    geom
from area
with no data;

create unique index land_use_area_key on core.land_use_area (land_use_area_id);
create index land_use_area_geom_idx on core.land_use_area using gist (geom);

comment on materialized view core.land_use_area is 'Areas of known land use.';
comment on column core.land_use_area.land_use_area_id is 'Number of the area within the load.';
comment on column core.land_use_area.feature_key is 'Key of the outline, such as w45.';
comment on column core.land_use_area.name is 'Name, untrusted text.';
comment on column core.land_use_area.land_use is 'Value of the landuse tag.';
comment on column core.land_use_area.area_m2 is 'Surface.';
comment on column core.land_use_area.source_id is 'The file it came from: staging.load_source.';
comment on column core.land_use_area.record_number is 'Place of the record in its file, from 1.';
comment on column core.land_use_area.geom is 'Outline.';
