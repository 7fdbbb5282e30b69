-- needs: model.site_level
-- grain: one row per (scenario_id, level, site_id)

create view model.level_site as

-- Gathered and spread again, so that the sites of a scenario are found once and their pairs are joined by hashing: the
-- planner takes rows of site_level for so few that it would find them anew for each pair.
select g.scenario_id, g.level, s.site_id, s.is_present_before, s.is_present_always
from (
    select
        scenario_id,
        level,
        array_agg(site_id) as site_ids,
        array_agg(is_present_before) as before,
        array_agg(is_present_always) as always
    from model.site_level
    where is_possible
    group by scenario_id, level
) as g
cross join unnest(g.site_ids, g.before, g.always) as s (site_id, is_present_before, is_present_always);

comment on view model.level_site is 'Sites where a level stands or could stand.';
comment on column model.level_site.scenario_id is 'The scenario.';
comment on column model.level_site.level is 'The level.';
comment on column model.level_site.site_id is 'The site.';
comment on column model.level_site.is_present_before is 'It stands there before the plan.';
comment on column model.level_site.is_present_always is 'It stands there before, and no option takes it away.';
