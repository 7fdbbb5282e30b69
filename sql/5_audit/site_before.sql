-- needs: audit.audited_run, audit.plan_part, plan.decision, plan.run_lock, plan.scenario_station, plan.scenario_price, core.site,
--   core.site_supply
-- grain: one row per (run_id, site_id) of a sound plan

create table audit.site_before as

select
    r.run_id,
    r.scenario_id,
    c.site_id,
    coalesce(e.action <> 'remove', c.is_existing) as is_existing,
    e.site_id is not null as is_changed,
    k.is_counted,
    k.is_changeable,
    k.is_counted or k.is_changeable or e.site_id is not null as is_in_plan,
    c.is_existing and k.owner = any (t.owned_owner_types) as is_owned,
    extract(year from c.opened_on)::integer as opened_year,
    case when d.three_phase_m is null then p.distance_assumed_m
        else p.distance_step_m * ceil(d.three_phase_m / p.distance_step_m) end as line_m
from audit.audited_run as r
join plan.scenario_station as t on t.scenario_id = r.scenario_id
join plan.scenario_price as p on p.scenario_id = r.scenario_id
cross join core.site as c
left join core.site_supply as d on d.site_id = c.site_id
left join (
    select p.run_id, d.site_id, d.action
    from audit.plan_part as p
    join plan.decision as d on d.run_id = p.part_run_id
    where p.generation > 0
) as e on e.run_id = r.run_id and e.site_id = c.site_id
cross join lateral (
    select
        case when c.owner_type is null then 'unknown' else c.owner_type end as owner,
        not c.is_existing or case when c.access is null then 'public' else c.access end = any (t.coverage_access) as is_counted,
        not c.is_existing
            or case when c.owner_type is null then 'unknown' else c.owner_type end = any (t.change_owner_types)
            or c.site_id = any (t.change_site_ids)
            or exists (
                select from plan.run_lock as l
                where l.run_id = r.run_id and l.site_id = c.site_id and l.lock_kind in ('force_in', 'fix_option')
            ) as is_changeable
) as k;

comment on table audit.site_before is 'Sites as a plan finds them: today, with the decisions of the plans that it continues.';
comment on column audit.site_before.run_id is 'The run.';
comment on column audit.site_before.scenario_id is 'Its resolved scenario.';
comment on column audit.site_before.site_id is 'The site: core.site.';
comment on column audit.site_before.is_existing is 'True when a station stands there, false for a candidate site.';
comment on column audit.site_before.is_changed is 'True when a plan that it continues has changed the site.';
comment on column audit.site_before.is_counted is 'True for a candidate and for a station whose access the scenario counts as coverage.';
comment on column audit.site_before.is_changeable is 'True for a candidate and for a station that its owner, the scenario or a lock of the run lets the plan change.';
comment on column audit.site_before.is_in_plan is 'False for a station that neither counts nor may be changed.';
comment on column audit.site_before.is_owned is 'What goes there is the planner''s own.';
comment on column audit.site_before.opened_year is 'Year in which the station opened; null where it is not known.';
comment on column audit.site_before.line_m is 'Length of a line to the nearest three-phase supply that is paid for.';
