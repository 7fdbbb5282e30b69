-- needs: nothing
-- grain: one row per (highway)

create view analysis.road_class as

-- a judgement: the more through traffic, the more drivers find the charger
select highway, visibility_share
from (
    values
        ('trunk', 1.0),
        ('trunk_link', 1.0),
        ('primary', 1.0),
        ('primary_link', 1.0),
        ('secondary', 0.85),
        ('secondary_link', 0.85),
        ('tertiary', 0.65),
        ('tertiary_link', 0.65),
        ('unclassified', 0.4),
        ('residential', 0.3),
        ('living_street', 0.2)
) as k (highway, visibility_share);

comment on view analysis.road_class is 'How well a charger is found from a road; a judgement of ours, not a measurement.';
comment on column analysis.road_class.highway is 'Road class.';
comment on column analysis.road_class.visibility_share is 'In [0, 1].';
