-- needs: model.site_state, model.removal_candidate, model.opened_station, model.candidate_refusal
-- grain: one row per (scenario_id, site_id, action)

create table model.site_action as

select s.scenario_id, s.site_id, a.action
from model.site_state as s
cross join unnest(case when s.is_changed or not s.is_changeable then array['keep'] else array['keep', 'expand', 'upgrade'] end) as a (action)
where s.is_existing

union all

select s.scenario_id, s.site_id, 'build'
from model.site_state as s
where not s.is_existing and not s.is_changed
    and not exists (
        select from model.candidate_refusal as r where r.scenario_id = s.scenario_id and r.site_id = s.site_id
    )

union all

select s.scenario_id, s.site_id, 'remove'
from model.site_state as s
join model.removal_candidate as m on m.scenario_id = s.scenario_id and m.site_id = s.site_id
left join model.opened_station as o on o.scenario_id = s.scenario_id and o.site_id = s.site_id
where s.is_existing and not s.is_changed and s.is_changeable and (m.is_removable or o.is_removal);

comment on table model.site_action is 'Actions that are open to each site by what it is, before any limit.';
comment on column model.site_action.scenario_id is 'The scenario.';
comment on column model.site_action.site_id is 'The site.';
comment on column model.site_action.action is 'keep, expand, upgrade, build or remove.';
