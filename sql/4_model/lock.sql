-- needs: plan.site_lock, staging.site_registry, model.scenario, model.site_state
-- grain: one row per (scenario_id, lock_id)

create view model.lock as

select
    s.scenario_id,
    l.lock_id,
    l.site_id,
    l.lock_kind,
    l.option_id,
    l.note,
    t.site_id is not null as is_site_known,
    coalesce(t.is_changed and (l.lock_kind = 'force_in' or l.option_id = t.earlier_option_id), false) as is_met_earlier
from plan.site_lock as l
join staging.site_registry as r on r.site_id = l.site_id
join model.scenario as s on l.scenario_name is null or l.scenario_name = s.name
left join model.site_state as t on t.scenario_id = s.scenario_id and t.site_id = l.site_id;

comment on view model.lock is 'Locks that hold for a scenario; those of other regions do not.';
comment on column model.lock.scenario_id is 'The scenario.';
comment on column model.lock.lock_id is 'The lock: plan.site_lock.';
comment on column model.lock.site_id is 'The site.';
comment on column model.lock.lock_kind is 'force_in, force_out or fix_option.';
comment on column model.lock.option_id is 'The option, for fix_option.';
comment on column model.lock.note is 'Why, and who said so.';
comment on column model.lock.is_site_known is 'False when the data has no such site any more: a mistake to be told.';
comment on column model.lock.is_met_earlier is 'True when an earlier phase of the plan has done what the lock asks for.';
