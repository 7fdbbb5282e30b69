-- needs: model.site_level
-- grain: one row per (scenario_id, level, site_id)

create view model.level_site as

select scenario_id, level, site_id, is_present_before, is_present_always
from model.site_level
where is_possible;

comment on view model.level_site is 'Sites where a level stands or could stand.';
comment on column model.level_site.scenario_id is 'The scenario.';
comment on column model.level_site.level is 'The level.';
comment on column model.level_site.site_id is 'The site.';
comment on column model.level_site.is_present_before is 'It stands there before the plan.';
comment on column model.level_site.is_present_always is 'It stands there before, and no option takes it away.';
