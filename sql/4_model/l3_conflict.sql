-- needs: model.space_limit, model.l3_pair, model.l3_site, model.rule
-- grain: one row per (scenario_id, site_id, other_site_id), site_id the lower of the two

create view model.l3_conflict as

select p.scenario_id, p.site_id, p.other_site_id
from model.space_limit as l
join model.rule as r on r.scenario_id = l.scenario_id and r.rule = 'l3_min_spacing'
join model.l3_pair as p on p.scenario_id = l.scenario_id and p.distance_m < l.l3_distance_min_m
join model.l3_site as a on a.scenario_id = p.scenario_id and a.site_id = p.site_id
join model.l3_site as b on b.scenario_id = p.scenario_id and b.site_id = p.other_site_id
-- two stations that stand too near to each other today may stay
where not (a.is_present_before and b.is_present_before);

comment on view model.l3_conflict is 'Pairs of sites of which one at most may have L3, as they are nearer than l3_distance_min_m.';
comment on column model.l3_conflict.scenario_id is 'The scenario.';
comment on column model.l3_conflict.site_id is 'The site with the lower number.';
comment on column model.l3_conflict.other_site_id is 'The other one.';
