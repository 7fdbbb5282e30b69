-- needs: audit.audited_run, audit.plan_part, plan.decision, core.site
-- grain: one row per (run_id, site_id)

create view audit.site_before as

select
    r.run_id,
    r.scenario_id,
    c.site_id,
    coalesce(e.action <> 'remove', c.is_existing) as is_existing,
    e.site_id is not null as is_changed
from audit.audited_run as r
cross join core.site as c
left join (
    select p.run_id, d.site_id, d.action
    from audit.plan_part as p
    join plan.decision as d on d.run_id = p.part_run_id
    where p.generation > 0
) as e on e.run_id = r.run_id and e.site_id = c.site_id;

comment on view audit.site_before is 'Sites as a plan finds them: today, with the decisions of the plans that it continues.';
comment on column audit.site_before.run_id is 'The run.';
comment on column audit.site_before.scenario_id is 'Its resolved scenario.';
comment on column audit.site_before.site_id is 'The site: core.site.';
comment on column audit.site_before.is_existing is 'True when a station stands there, false for a candidate site.';
comment on column audit.site_before.is_changed is 'True when a plan that it continues has changed the site.';
