-- needs: staging.setting
-- grain: one row per (setting, level, feature)

create view core.setting as

select setting, level, feature, value, unit, means, source, is_given
from staging.setting;

comment on view core.setting is 'Judgements that the views of core and analysis rest on; core.region shows those of one value, core.level those by level.';
comment on column core.setting.setting is 'Name of the setting, with its unit as suffix.';
comment on column core.setting.level is 'Level of charger, where the setting has a value for each.';
comment on column core.setting.feature is 'Feature of the map, where the setting has a value for each: a tag, a land use, a class of road.';
comment on column core.setting.value is 'The value.';
comment on column core.setting.unit is 'Its unit.';
comment on column core.setting.means is 'What the setting means.';
comment on column core.setting.source is 'Where the value comes from: a publication, an assumption with its reason, or the region file.';
comment on column core.setting.is_given is 'True where the region file sets the value.';
