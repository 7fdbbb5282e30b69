-- needs: core.setting
-- grain: one row per (highway)

create view analysis.road_class as

select feature as highway, value as visibility_share
from core.setting
where setting = 'road_visibility_share';

comment on view analysis.road_class is 'How well a charger is found from a road, as core.setting has it.';
comment on column analysis.road_class.highway is 'Road class.';
comment on column analysis.road_class.visibility_share is 'In [0, 1].';
