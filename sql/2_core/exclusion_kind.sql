-- needs: core.setting
-- grain: one row per (tag, value)

create view core.exclusion_kind as

select k.tag, k.value, k.ground, s.value as exclusion_share
from (
    values
        ('natural', 'water', 'water'),
        ('natural', 'bay', 'water'),
        ('natural', 'shoal', 'water'),
        ('waterway', 'riverbank', 'water'),
        ('waterway', 'dock', 'water'),
        ('landuse', 'reservoir', 'water'),
        ('landuse', 'basin', 'water'),
        ('natural', 'wetland', 'wetland'),
        ('natural', 'mud', 'wetland'),
        ('natural', 'beach', 'wetland'),
        ('flood_prone', 'yes', 'flood'),
        ('boundary', 'protected_area', 'protected'),
        ('boundary', 'national_park', 'protected'),
        ('boundary', 'aboriginal_lands', 'protected'),
        ('leisure', 'nature_reserve', 'protected'),
        ('natural', 'dune', 'protected'),
        ('landuse', 'cemetery', 'cemetery'),
        ('amenity', 'grave_yard', 'cemetery'),
        ('landuse', 'military', 'military'),
        ('natural', 'wood', 'nature'),
        ('landuse', 'forest', 'nature'),
        ('boundary', 'forest', 'nature'),
        ('natural', 'scrub', 'nature'),
        ('natural', 'heath', 'nature'),
        ('natural', 'grassland', 'nature'),
        ('natural', 'sand', 'nature'),
        ('natural', 'scree', 'nature'),
        ('natural', 'bare_rock', 'nature')
) as k (tag, value, ground)
join core.setting as s on s.setting = 'exclusion_share' and s.feature = k.tag || '=' || k.value;

comment on view core.exclusion_kind is 'Ground of the map that is not for chargers, or less so; how much so stands in core.setting.';
comment on column core.exclusion_kind.tag is 'Key of the OSM tag.';
comment on column core.exclusion_kind.value is 'Its value.';
comment on column core.exclusion_kind.ground is 'What it is: water, wetland, flood, protected, cemetery, military or nature.';
comment on column core.exclusion_kind.exclusion_share is '1 where nothing is built; less lowers the score by that share.';
