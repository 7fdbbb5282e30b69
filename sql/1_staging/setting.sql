-- needs: raw.setting, raw.load
-- grain: one row per (setting, level, feature)

create view staging.setting as

select setting, level, feature, value, unit, value_min, value_max, means, source, is_given
from raw.setting
where load_id = (select load_id from raw.load where is_current);

comment on view staging.setting is 'The settings that the current load was made with.';
comment on column staging.setting.setting is 'Name of the setting, with its unit as suffix.';
comment on column staging.setting.level is 'Level of charger, where the setting has a value for each.';
comment on column staging.setting.feature is 'Feature of the map, where the setting has a value for each.';
comment on column staging.setting.value is 'The value.';
comment on column staging.setting.unit is 'Its unit.';
comment on column staging.setting.value_min is 'Least value that a region file may set.';
comment on column staging.setting.value_max is 'Greatest value that a region file may set.';
comment on column staging.setting.means is 'What the setting means.';
comment on column staging.setting.source is 'Where the value comes from.';
comment on column staging.setting.is_given is 'True where the region file sets the value.';
