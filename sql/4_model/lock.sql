-- needs: plan.site_lock, staging.site_registry, core.site, model.scenario, model.site_state, model.site_option
-- grain: one row per (scenario_id, lock_id)

create view model.lock as

-- what an earlier phase of the plan has done already need not be done again
select
    s.scenario_id,
    l.lock_id,
    l.site_id,
    -- a station that stands already need not be built to be there; to keep a site as it is, is to do nothing there
    case
        when l.lock_kind = 'must_change' then 'force_in'
        when l.lock_kind = 'force_in' and t.is_existing then 'keep'
        when l.lock_kind = 'fix_option' and o.action = 'keep' then 'force_out'
        else l.lock_kind
    end as lock_kind,
    l.option_id,
    o.action as option_action,
    l.note,
    t.site_id is not null as is_site_known
from plan.site_lock as l
join staging.site_registry as r on r.site_id = l.site_id
join model.scenario as s on l.scenario_name is null or l.scenario_name = s.name
left join model.site_state as t on t.scenario_id = s.scenario_id and t.site_id = l.site_id
left join model.site_option as o on o.scenario_id = s.scenario_id and o.site_id = l.site_id and o.option_id = l.option_id
-- a station that is not in the plan stands and stays as it is
where (t.site_id is not null or not exists (select from core.site as c where c.site_id = l.site_id))
    and not coalesce(
        t.is_changed
        and (
            l.lock_kind = 'must_change'
            or l.lock_kind = 'force_in' and t.is_existing
            or l.option_id = t.earlier_option_id
        ),
        false
    );

comment on view model.lock is 'Locks that a scenario still has to meet; those of other regions do not hold.';
comment on column model.lock.scenario_id is 'The scenario.';
comment on column model.lock.lock_id is 'The lock: plan.site_lock.';
comment on column model.lock.site_id is 'The site.';
comment on column model.lock.lock_kind is 'force_in: the site must change; keep: its station must not be removed; force_out: it must not change; fix_option: just this.';
comment on column model.lock.option_id is 'The option, for fix_option.';
comment on column model.lock.option_action is 'Action of that option; null when the scenario does not offer it: a mistake to be told.';
comment on column model.lock.note is 'Why, and who said so.';
comment on column model.lock.is_site_known is 'False when the data has no such site any more: a mistake to be told.';
