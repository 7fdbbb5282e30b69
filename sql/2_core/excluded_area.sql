-- needs: staging.osm_feature, staging.exclusion, core.exclusion_kind, core.region
-- grain: one row per (excluded_area_id)

create materialized view core.excluded_area as

-- maps that overlap hold an area twice; of several tags the strictest counts
with mapped as (
    select distinct on (f.feature_key)
        k.ground, k.exclusion_share, nullif(f.name, '') as name, f.source_id, 'osm_feature' as record_table, f.record_number, f.geom
    from staging.osm_feature as f
    join core.exclusion_kind as k on f.tags ->> k.tag = k.value
    where st_dimension(f.geom) = 2 and k.exclusion_share > 0
    order by f.feature_key, k.exclusion_share desc, k.tag, k.value, f.source_id, f.record_number
),

given as (
    select
        e.ground, case when e.is_hard then 1 else r.soft_exclusion_share end as exclusion_share,
        e.name, e.source_id, 'exclusion' as record_table, e.record_number, e.geom
    from staging.exclusion as e
    cross join core.region as r
)

select
    row_number() over (order by a.source_id, a.record_table, a.record_number)::integer as excluded_area_id,
    a.ground,
    a.exclusion_share,
    a.exclusion_share >= 1 as is_hard,
    a.name,
    a.source_id,
    a.record_table,
    a.record_number,
    a.geom
from (select * from mapped union all select * from given) as a
cross join core.region as r
where st_intersects(a.geom, r.geom)
with no data;

create unique index excluded_area_key on core.excluded_area (excluded_area_id);
create index excluded_area_geom_idx on core.excluded_area using gist (geom);

comment on materialized view core.excluded_area is 'Ground that is not for chargers, or less so: of the map by core.exclusion_kind, and the layers of the region.';
comment on column core.excluded_area.excluded_area_id is 'Number of the area within the load.';
comment on column core.excluded_area.ground is 'What it is: water, wetland, flood, protected, cemetery, military, nature or other.';
comment on column core.excluded_area.exclusion_share is '1 where nothing is built; less lowers the score of a candidate by that share.';
comment on column core.excluded_area.is_hard is 'True where nothing is built.';
comment on column core.excluded_area.name is 'Name, untrusted text.';
comment on column core.excluded_area.source_id is 'The file it came from: staging.load_source.';
comment on column core.excluded_area.record_table is 'Table of raw, without the schema.';
comment on column core.excluded_area.record_number is 'Place of the record in its file, from 1.';
comment on column core.excluded_area.geom is 'Outline.';
