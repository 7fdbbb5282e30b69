-- needs: staging.osm_feature, core.place_kind, core.named_municipality, core.congregation_name, core.excluded_area, core.region
-- grain: one row per (place_key)

create materialized view core.place as

select distinct on (f.feature_key)
    f.feature_key as place_key,
    f.name,
    k.candidate_kind,
    k.suitability_share,
    f.feature_kind = 'parking' as is_parking,
    -- a canteen in an arena is run by a business, which tells nothing of the land
    coalesce(m.owner_class, case when not (k.owner_class = 'private' and m.is_facility) then k.owner_class end) as owner_class,
    m.owner_class is not null as is_owner_told,
    f.opening_hours,
    n.space_count,
    coalesce(n.space_count, k.usual_space_count, 0) < r.host_space_count_min and h.facility_name is null as is_small,
    coalesce(n.space_count, case when h.facility_name is not null then r.facility_space_count end, k.usual_space_count, 0) as usual_space_count,
    h.facility_name,
    greatest(o.exclusion_share, x.exclusion_share) as exclusion_share,
    case when o.exclusion_share >= coalesce(x.exclusion_share, 0) then o.exclusion else x.ground end as exclusion,
    k.lone_exclusion_share,
    f.source_id,
    f.record_number,
    st_pointonsurface(f.geom)::geometry(Point, :metric_srid) as geom
from staging.osm_feature as f
join core.region as r on st_intersects(f.geom, r.geom)
-- a tag may be a list, as in amenity=fuel;charging_station
join core.place_kind as k on k.value = any (regexp_split_to_array(f.tags ->> k.tag, '\s*;\s*')) or (k.value = '*' and f.tags ? k.tag)
cross join lateral (
    select
        coalesce(f.owner_class, case when bool_or(n.municipality is not null or n.facility_municipality is not null) then 'public' end) as owner_class,
        coalesce(bool_or(n.is_facility), false) as is_facility,
        min(n.facility_name) filter (where not n.is_operator) as facility_name
    from core.named_municipality as n
    where (n.text = f.name and not n.is_operator) or (n.text = f.tags ->> 'operator' and n.is_operator)
) as m
cross join lateral (
    select case
        when f.feature_kind <> 'parking' then null
        when f.capacity is not null then f.capacity
        -- the outline of a deck tells nothing of its floors
        when st_dimension(f.geom) = 2 and f.is_deck is not true then round(st_area(f.geom) / r.parking_space_m2)::integer
    end as space_count
) as n
-- a canteen in an arena is the arena
cross join lateral (
    select case when f.feature_kind <> 'parking' and k.usual_space_count < r.host_space_count_min then m.facility_name end as facility_name
) as h
-- on a lawn, a field or a basin nothing is built: its car park is a place of its own; a hall of a congregation is like its house of worship
left join core.place_kind as w
    on w.tag = 'amenity' and w.value = 'place_of_worship' and f.feature_kind <> 'parking'
    and exists (select from core.congregation_name as c where lower(f.name) ~ c.pattern)
cross join lateral (
    select greatest(k.exclusion_share, w.exclusion_share, case when f.is_roofed is not true then k.open_air_exclusion_share end) as exclusion_share,
        case when w.exclusion_share > coalesce(k.exclusion_share, 0) then w.value else k.value end as exclusion
) as o
left join lateral (
    select a.exclusion_share, a.ground
    from core.excluded_area as a
    where st_intersects(a.geom, st_pointonsurface(f.geom))
    order by a.exclusion_share desc, a.excluded_area_id
    limit 1
) as x on true
where f.feature_kind in ('poi', 'parking')
    -- a charger behind a gate serves no other drivers; what is said of cars goes before what is said of everybody
    and coalesce(f.tags ->> 'motorcar', f.tags ->> 'motor_vehicle', f.tags ->> 'vehicle', f.tags ->> 'access', 'yes') not in ('private', 'no')
order by f.feature_key, k.value = '*', k.suitability_share desc, o.exclusion_share nulls first, k.candidate_kind, k.tag, k.value, f.source_id, f.record_number
with no data;

create unique index place_key on core.place (place_key);
create index place_geom_idx on core.place using gist (geom);

comment on materialized view core.place is 'Places that can host a charger: points of interest and parking of the kinds in core.place_kind.';
comment on column core.place.place_key is 'OSM type and id, such as n123.';
comment on column core.place.name is 'Name, untrusted text.';
comment on column core.place.candidate_kind is 'Kind of place.';
comment on column core.place.suitability_share is 'How well a charger fits, in [0, 1].';
comment on column core.place.is_parking is 'True for parking.';
comment on column core.place.owner_class is 'Whose it is, public or private: as the map says, its name or operator (core.named_municipality), else as a rule for its kind; null where none tells. Whose land it stands on: core.place_owner.';
comment on column core.place.is_owner_told is 'True where the map, the name or the operator tells.';
comment on column core.place.opening_hours is 'Opening hours as the map has them.';
comment on column core.place.space_count is 'Of parking: places for cars, as the map says, else surface by parking_space_m2; null where unknown.';
comment on column core.place.is_small is 'True for one with fewer places for cars than host_space_count_min, which no building of a municipality is: something else stands for it.';
comment on column core.place.usual_space_count is 'Places for cars, as the map says, else as a rule for a place of its kind or the building that it names; 0 where there are none as a rule.';
comment on column core.place.facility_name is 'The building that a small place names, as X Arena of X Arena Canteen; null for others.';
comment on column core.place.exclusion_share is '1 where nothing is built, for what it is or the ground it stands on; less lowers the score by that share; null for no effect.';
comment on column core.place.exclusion is 'Why: the value of its tag, such as park, or the ground, such as flood: core.excluded_area.';
comment on column core.place.lone_exclusion_share is 'What it is excluded by if it stands alone: core.lone_place; null for no effect.';
comment on column core.place.source_id is 'The file it came from: staging.load_source.';
comment on column core.place.record_number is 'Place of the record in its file, from 1.';
comment on column core.place.geom is 'Place.';
