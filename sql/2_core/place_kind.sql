-- needs: core.setting
-- grain: one row per (tag, value)

create view core.place_kind as

select
    k.tag, k.value, k.candidate_kind, s.value as suitability_share,
    case o.value when 1 then 'public' when 0 then 'private' end as owner_class,
    x.value as exclusion_share,
    a.value as open_air_exclusion_share,
    l.value as lone_exclusion_share,
    c.value as usual_space_count
from (
    values
        ('amenity', 'parking', 'parking'),
        ('shop', 'mall', 'shopping'),
        ('amenity', 'fuel', 'fuel'),
        ('shop', 'supermarket', 'shopping'),
        ('highway', 'services', 'services'),
        ('shop', 'department_store', 'shopping'),
        ('shop', 'doityourself', 'shopping'),
        ('tourism', 'hotel', 'lodging'),
        ('tourism', 'motel', 'lodging'),
        ('amenity', 'bus_station', 'transit'),
        ('amenity', 'townhall', 'public'),
        ('amenity', 'library', 'public'),
        ('amenity', 'community_centre', 'public'),
        ('amenity', 'hospital', 'health'),
        ('amenity', 'university', 'education'),
        ('amenity', 'college', 'education'),
        ('leisure', 'sports_centre', 'leisure'),
        ('leisure', 'ice_rink', 'leisure'),
        ('leisure', 'stadium', 'leisure'),
        ('leisure', 'fitness_centre', 'leisure'),
        ('amenity', 'cinema', 'leisure'),
        ('amenity', 'theatre', 'leisure'),
        ('tourism', 'museum', 'leisure'),
        ('tourism', 'attraction', 'leisure'),
        ('amenity', 'events_venue', 'leisure'),
        ('leisure', 'park', 'leisure'),
        ('shop', 'car', 'shopping'),
        ('shop', 'convenience', 'shopping'),
        ('shop', '*', 'shopping'),
        ('amenity', 'restaurant', 'food'),
        ('amenity', 'fast_food', 'food'),
        ('amenity', 'cafe', 'food'),
        ('amenity', 'pub', 'food'),
        ('amenity', 'bank', 'public'),
        ('amenity', 'pharmacy', 'health'),
        ('amenity', 'clinic', 'health'),
        ('amenity', 'doctors', 'health'),
        ('amenity', 'school', 'education'),
        ('amenity', 'place_of_worship', 'public'),
        ('amenity', 'nursing_home', 'health'),
        ('amenity', 'arts_centre', 'leisure'),
        ('amenity', 'marketplace', 'shopping'),
        ('amenity', 'car_wash', 'fuel'),
        ('amenity', 'bar', 'food'),
        ('amenity', 'dentist', 'health'),
        ('amenity', 'childcare', 'education'),
        ('leisure', 'swimming_pool', 'leisure'),
        ('leisure', 'golf_course', 'leisure'),
        ('leisure', 'pitch', 'leisure'),
        ('tourism', 'viewpoint', 'leisure'),
        ('tourism', 'picnic_site', 'leisure'),
        ('tourism', 'alpine_hut', 'lodging'),
        ('tourism', 'apartment', 'lodging'),
        ('tourism', 'chalet', 'lodging'),
        ('office', '*', 'office'),
        ('tourism', '*', 'leisure')
) as k (tag, value, candidate_kind)
join core.setting as s on s.setting = 'place_suitability_share' and s.feature = k.tag || '=' || k.value
left join core.setting as o on o.setting = 'public_place' and o.feature = s.feature
left join core.setting as x on x.setting = 'excluded_place_share' and x.feature = s.feature
left join core.setting as a on a.setting = 'open_air_place_share' and a.feature = s.feature
left join core.setting as l on l.setting = 'lone_place_share' and l.feature = s.feature
left join core.setting as c on c.setting = 'place_space_count' and c.feature = s.feature;

comment on view core.place_kind is 'Kinds of place that can host a charger, and how well it fits, as core.setting has it.';
comment on column core.place_kind.tag is 'Key of the OpenStreetMap tag.';
comment on column core.place_kind.value is 'Its value; * for any other.';
comment on column core.place_kind.candidate_kind is 'Our word for it.';
comment on column core.place_kind.suitability_share is 'How well a charger fits, in [0, 1].';
comment on column core.place_kind.owner_class is 'Whose land such places stand on as a rule, public or private: the setting public_place; null where that differs.';
comment on column core.place_kind.exclusion_share is '1 where nothing is built at such a place itself; less lowers its score by that share; null for no effect.';
comment on column core.place_kind.open_air_exclusion_share is 'The same of such a place in the open air, which the map gives no roof; null for no effect.';
comment on column core.place_kind.lone_exclusion_share is 'The same of such a place that stands alone: core.lone_place; null for no effect.';
comment on column core.place_kind.usual_space_count is 'Places for cars that it has as a rule: place_space_count; null for one that the setting lacks.';
