-- needs: model.site_pair, model.level_site, model.rule
-- grain: one row per (scenario_id, level, site_id, other_site_id), site_id the lower of the two

create view model.spacing_conflict as

select p.scenario_id, p.level, p.site_id, p.other_site_id
from model.rule as r
join model.site_pair as p on p.scenario_id = r.scenario_id and p.is_too_near
join model.level_site as a on a.scenario_id = p.scenario_id and a.level = p.level and a.site_id = p.site_id
join model.level_site as b on b.scenario_id = p.scenario_id and b.level = p.level and b.site_id = p.other_site_id
where r.rule = 'min_spacing'
    -- two stations that stand too near to each other today may stay
    and not (a.is_present_before and b.is_present_before);

comment on view model.spacing_conflict is 'Pairs of sites of which one at most may have a level, as they are nearer than its spacing_min_m.';
comment on column model.spacing_conflict.scenario_id is 'The scenario.';
comment on column model.spacing_conflict.level is 'The level.';
comment on column model.spacing_conflict.site_id is 'The site with the lower number.';
comment on column model.spacing_conflict.other_site_id is 'The other one.';
