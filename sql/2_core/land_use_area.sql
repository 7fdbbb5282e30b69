-- needs: staging.osm_feature
-- grain: one row per (land_use_area_id)

create materialized view core.land_use_area as

select
    row_number() over (order by source_id, record_number)::integer as land_use_area_id,
    tags ->> 'landuse' as land_use,
    st_area(geom) as area_m2,
    geom
from staging.osm_feature
where feature_kind = 'land_use' and tags ? 'landuse' and st_dimension(geom) = 2
with no data;

create unique index land_use_area_key on core.land_use_area (land_use_area_id);
create index land_use_area_geom_idx on core.land_use_area using gist (geom);

comment on materialized view core.land_use_area is 'Areas of known land use.';
comment on column core.land_use_area.land_use_area_id is 'Number of the area within the load.';
comment on column core.land_use_area.land_use is 'Value of the landuse tag.';
comment on column core.land_use_area.area_m2 is 'Surface.';
comment on column core.land_use_area.geom is 'Outline.';
