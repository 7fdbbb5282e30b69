-- needs: nothing
-- grain: one row per (tag, value)

create view core.place_kind as

-- how well a charger fits: people stay long enough, there is parking, the owner is one; a judgement, on a scale to 1
select tag, value, candidate_kind, suitability_share
from (
    values
        ('amenity', 'parking', 'parking', 1.0),
        ('shop', 'mall', 'shopping', 1.0),
        ('amenity', 'fuel', 'fuel', 0.95),
        ('shop', 'supermarket', 'shopping', 0.95),
        ('highway', 'services', 'services', 0.95),
        ('shop', 'department_store', 'shopping', 0.9),
        ('shop', 'doityourself', 'shopping', 0.9),
        ('tourism', 'hotel', 'lodging', 0.85),
        ('tourism', 'motel', 'lodging', 0.8),
        ('amenity', 'townhall', 'public', 0.85),
        ('amenity', 'library', 'public', 0.85),
        ('amenity', 'community_centre', 'public', 0.85),
        ('amenity', 'hospital', 'health', 0.85),
        ('amenity', 'university', 'education', 0.85),
        ('amenity', 'college', 'education', 0.85),
        ('leisure', 'sports_centre', 'leisure', 0.85),
        ('leisure', 'ice_rink', 'leisure', 0.8),
        ('leisure', 'stadium', 'leisure', 0.8),
        ('leisure', 'fitness_centre', 'leisure', 0.75),
        ('amenity', 'cinema', 'leisure', 0.8),
        ('amenity', 'theatre', 'leisure', 0.75),
        ('tourism', 'museum', 'leisure', 0.75),
        ('tourism', 'attraction', 'leisure', 0.7),
        ('amenity', 'events_venue', 'leisure', 0.6),
        ('leisure', 'park', 'leisure', 0.6),
        ('shop', 'car', 'shopping', 0.7),
        ('shop', 'convenience', 'shopping', 0.6),
        ('shop', '*', 'shopping', 0.6),
        ('amenity', 'restaurant', 'food', 0.65),
        ('amenity', 'fast_food', 'food', 0.65),
        ('amenity', 'cafe', 'food', 0.6),
        ('amenity', 'pub', 'food', 0.5),
        ('amenity', 'bank', 'public', 0.55),
        ('amenity', 'pharmacy', 'health', 0.6),
        ('amenity', 'clinic', 'health', 0.65),
        ('amenity', 'doctors', 'health', 0.5),
        ('amenity', 'school', 'education', 0.55),
        ('amenity', 'place_of_worship', 'public', 0.5),
        ('amenity', 'nursing_home', 'health', 0.5),
        ('amenity', 'arts_centre', 'leisure', 0.7),
        ('amenity', 'marketplace', 'shopping', 0.7),
        ('amenity', 'car_wash', 'fuel', 0.6),
        ('amenity', 'bar', 'food', 0.5),
        ('amenity', 'dentist', 'health', 0.5),
        ('amenity', 'childcare', 'education', 0.4),
        ('leisure', 'swimming_pool', 'leisure', 0.6),
        ('leisure', 'golf_course', 'leisure', 0.6),
        ('leisure', 'pitch', 'leisure', 0.4),
        ('office', '*', 'office', 0.6),
        ('tourism', '*', 'leisure', 0.5)
) as k (tag, value, candidate_kind, suitability_share);

comment on view core.place_kind is 'Kinds of place that can host a charger; the shares are a judgement of ours, not a measurement.';
comment on column core.place_kind.tag is 'Key of the OpenStreetMap tag.';
comment on column core.place_kind.value is 'Its value; * for any other.';
comment on column core.place_kind.candidate_kind is 'Our word for it.';
comment on column core.place_kind.suitability_share is 'How well a charger fits, in [0, 1].';
