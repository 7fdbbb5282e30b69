-- needs: nothing
-- grain: one row per (land_use)

create view analysis.land_use_kind as

-- a judgement: where people park for a while and cables are near
select land_use, suitability_share
from (
    values
        ('retail', 1.0),
        ('commercial', 0.9),
        ('industrial', 0.6),
        ('education', 0.7),
        ('institutional', 0.7),
        ('residential', 0.5),
        ('recreation_ground', 0.5),
        ('construction', 0.4),
        ('farmyard', 0.2),
        ('farmland', 0.1),
        ('meadow', 0.1),
        ('forest', 0.0),
        ('cemetery', 0.0),
        ('military', 0.0)
) as k (land_use, suitability_share);

comment on view analysis.land_use_kind is 'How well a charger fits a land use; a judgement of ours, not a measurement.';
comment on column analysis.land_use_kind.land_use is 'Value of the landuse tag.';
comment on column analysis.land_use_kind.suitability_share is 'In [0, 1].';
