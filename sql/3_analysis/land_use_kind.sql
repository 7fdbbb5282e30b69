-- needs: core.setting
-- grain: one row per (land_use)

create view analysis.land_use_kind as

select feature as land_use, value as suitability_share
from core.setting
where setting = 'land_use_suitability_share';

comment on view analysis.land_use_kind is 'How well a charger fits a land use, as core.setting has it.';
comment on column analysis.land_use_kind.land_use is 'Value of the landuse tag.';
comment on column analysis.land_use_kind.suitability_share is 'In [0, 1].';
