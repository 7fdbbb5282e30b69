-- needs: core.place, core.land_use_area, core.host_land_use, core.excluded_area, core.region, staging.osm_feature
-- grain: one row per (host_key)

create materialized view core.host as

select
    p.place_key as host_key, true as is_place, p.is_parking, p.name, p.candidate_kind, p.suitability_share, p.usual_space_count,
    p.owner_class = 'public' as is_public, coalesce(p.exclusion_share, 0) as exclusion_share, p.source_id, p.record_number,
    p.geom as point_geom, f.geom
from core.place as p
join staging.osm_feature as f using (source_id, record_number)
cross join core.region as r
where st_dimension(f.geom) = 2 and not p.is_small and coalesce(p.exclusion_share, 0) < 1 and st_area(f.geom) <= r.host_area_max_m2
union all
select
    a.feature_key, false, false, a.name, k.candidate_kind, r.plaza_suitability_share, round(a.area_m2 * k.parking_share / r.parking_space_m2), null,
    coalesce(x.exclusion_share, 0), a.source_id, a.record_number, o.geom, a.geom
from core.land_use_area as a
join core.host_land_use as k using (land_use)
join core.region as r on st_intersects(a.geom, r.geom)
cross join lateral (select st_pointonsurface(a.geom)::geometry(Point, :metric_srid) as geom) as o
left join lateral (
    select max(e.exclusion_share) as exclusion_share from core.excluded_area as e where st_intersects(e.geom, o.geom)
) as x on true
where a.area_m2 <= r.host_area_max_m2
    and a.area_m2 * k.parking_share / r.parking_space_m2 >= r.host_space_count_min
    and not exists (select from core.place as p where p.place_key = a.feature_key)
with no data;

create unique index host_key on core.host (host_key);
create index host_geom_idx on core.host using gist (geom);

comment on materialized view core.host is 'Outlines with room for cars, which stand for what is in them: places such as a mall, an arena, a campus or a car park, and land for shops and firms.';
comment on column core.host.host_key is 'Key of the outline, such as w45; of a place, that of core.place.';
comment on column core.host.is_place is 'True for a place: core.place.';
comment on column core.host.is_parking is 'True for a car park.';
comment on column core.host.name is 'Name, untrusted text.';
comment on column core.host.candidate_kind is 'Kind of place, plaza or industry.';
comment on column core.host.suitability_share is 'How well a charger fits, in [0, 1].';
comment on column core.host.usual_space_count is 'Places for cars: core.place, or the share of the ground that is car park as a rule (core.host_land_use).';
comment on column core.host.is_public is 'True for a place that is of a public body; null for land.';
comment on column core.host.exclusion_share is 'What its ground takes from its score; less than 1 for a place.';
comment on column core.host.source_id is 'The file it came from: staging.load_source.';
comment on column core.host.record_number is 'Place of the record in its file, from 1.';
comment on column core.host.point_geom is 'Point in it.';
comment on column core.host.geom is 'Outline.';
