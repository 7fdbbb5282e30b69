-- needs: core.place, core.land_use_area, core.setting, staging.osm_feature
-- grain: one row per (outline_key)

create materialized view core.owned_outline as

select
    p.place_key as outline_key, p.place_key, p.owner_class, true as is_place, st_area(f.geom) as area_m2, f.source_id, f.record_number, f.geom
from core.place as p
join staging.osm_feature as f using (source_id, record_number)
where p.owner_class is not null and st_dimension(f.geom) = 2
union all
select
    'land_use:' || a.land_use_area_id, null, case s.value when 1 then 'public' else 'private' end, false, a.area_m2, a.source_id, a.record_number, a.geom
from core.land_use_area as a
join core.setting as s on s.setting = 'public_land_use' and s.feature = a.land_use
with no data;

create unique index owned_outline_key on core.owned_outline (outline_key);
create index owned_outline_geom_idx on core.owned_outline using gist (geom);

comment on materialized view core.owned_outline is 'Outlines of the map that tell whose the land in them is: of places whose owner is known, and land uses.';
comment on column core.owned_outline.outline_key is 'Key of the place, or land_use: and the number of the area.';
comment on column core.owned_outline.place_key is 'The place: core.place; null for a land use.';
comment on column core.owned_outline.owner_class is 'public or private.';
comment on column core.owned_outline.is_place is 'True for the outline of a place, which tells more than a land use.';
comment on column core.owned_outline.area_m2 is 'Surface.';
comment on column core.owned_outline.source_id is 'The file it came from: staging.load_source.';
comment on column core.owned_outline.record_number is 'Place of the record in its file, from 1.';
comment on column core.owned_outline.geom is 'Outline.';
