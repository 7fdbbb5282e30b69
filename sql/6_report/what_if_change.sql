-- needs: plan.what_if, plan.site_lock, staging.load_history, core.region, core.site
-- grain: one row per (what_if_id, kind, key, lock_kind)

create view report.what_if_change as

-- a lock of the scenario itself is one of the what-ifs made from it as well, unless it was taken out there
with parent as (
    select
        w.what_if_id,
        w.settings,
        w.scenario_name,
        coalesce(p.settings, '{}') as parent_settings,
        coalesce(p.scenario_name, split_part(w.scenario_name, ' [what-if ', 1)) as parent_name
    from plan.what_if as w
    join staging.load_history as h using (load_id)
    join core.region as g using (region)
    left join plan.what_if as p on p.what_if_id = w.parent_what_if_id
)

select
    p.what_if_id,
    'parameter' as kind,
    k.key,
    null::text as lock_kind,
    null::text as site_name,
    p.settings ->> k.key as value,
    p.parent_settings ->> k.key as parent_value
from parent as p
cross join lateral (
    select jsonb_object_keys(p.settings || p.parent_settings) as key
) as k
where p.settings ->> k.key is distinct from p.parent_settings ->> k.key

union all

select
    p.what_if_id,
    case when bool_or(l.scenario_name = p.scenario_name) then 'lock' else 'lock_lifted' end,
    l.site_id::text,
    l.lock_kind,
    (select s.name from core.site as s where s.site_id = l.site_id),
    l.option_id,
    null
from parent as p
join plan.site_lock as l on l.scenario_name in (p.scenario_name, p.parent_name)
group by p.what_if_id, l.site_id, l.lock_kind, l.option_id
having count(distinct l.scenario_name) = 1;

comment on view report.what_if_change is 'In what a what-if differs from the one, or the scenario, that it was made from.';
comment on column report.what_if_change.what_if_id is 'The what-if.';
comment on column report.what_if_change.kind is 'parameter, lock (drawn here) or lock_lifted (its parent has it).';
comment on column report.what_if_change.key is 'Key of the parameter, or number of the site.';
comment on column report.what_if_change.lock_kind is 'What the lock asks for; null for a parameter.';
comment on column report.what_if_change.site_name is 'Name of the site, untrusted text; null for a parameter.';
comment on column report.what_if_change.value is 'The value here, as it was written, or the option of the lock; null where the scenario has its own again.';
comment on column report.what_if_change.parent_value is 'The value set in its parent; null where the parent has that of the scenario.';
