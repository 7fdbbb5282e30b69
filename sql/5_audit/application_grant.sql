-- needs: plan.run, plan.scenario, plan.decision, plan.application_grant, core.region, audit.decision_grant
-- grain: one row per (run_id, subject)

create view audit.application_grant as

with project as (
    select
        g.run_id, g.phase, g.program, sum(g.eligible_cad) as eligible_cad,
        least(sum(g.eligible_cad), max(g.application_cap_cad)) as granted_cad
    from audit.decision_grant as g
    group by g.run_id, g.phase, g.program
),

-- an application shares out what it gets by what its projects earn
due as (
    select g.decision_id, sum(g.eligible_cad * p.granted_cad / p.eligible_cad) as grant_cad
    from audit.decision_grant as g
    join project as p on p.run_id = g.run_id and p.phase = g.phase and p.program = g.program and p.eligible_cad > 0
    group by g.decision_id
),

audited as not materialized (
    select r.run_id
    from plan.run as r
    join plan.scenario as n on n.scenario_id = r.scenario_id
    join core.region as g on g.load_id = n.load_id
    where r.status in ('optimal', 'feasible')
)

select
    a.run_id, format('%s, phase %s', coalesce(p.program, w.program), coalesce(p.phase, w.phase)) as subject,
    coalesce(p.granted_cad, 0) as expected, w.granted_cad as found,
    format('%s gives %s %s to the project of phase %s; the plan says %s.', coalesce(p.program, w.program),
        coalesce(round(p.granted_cad::numeric, 2), 0), (select currency from core.region), coalesce(p.phase, w.phase), coalesce(w.granted_cad::text, 'nothing')) as message
from audited as a
cross join lateral (
    (select q.program, q.phase from project as q where q.run_id = a.run_id and q.eligible_cad > 0.01)
    union
    (select q.program, q.phase from plan.application_grant as q where q.run_id = a.run_id)
) as k
left join project as p on p.run_id = a.run_id and p.program = k.program and p.phase = k.phase
left join plan.application_grant as w on w.run_id = a.run_id and w.program = k.program and w.phase = k.phase
where w.granted_cad is null or abs(coalesce(p.granted_cad, 0) - w.granted_cad) > 0.01

union all

select
    d.run_id, format('site %s, phase %s', d.site_id, d.phase), coalesce(u.grant_cad, 0), d.grant_cad,
    format('Site %s gets %s %s of grants in phase %s; the plan says %s.', d.site_id, coalesce(round(u.grant_cad::numeric, 2), 0),
        (select currency from core.region),
        d.phase, d.grant_cad)
from audited as a
join plan.decision as d on d.run_id = a.run_id
left join due as u on u.decision_id = d.decision_id
where abs(coalesce(u.grant_cad, 0) - d.grant_cad) > 0.01;

comment on view audit.application_grant is 'Projects and sites whose grants differ from what the programs give, caps included.';
comment on column audit.application_grant.run_id is 'The run.';
comment on column audit.application_grant.subject is 'The program and phase, or the site and phase.';
comment on column audit.application_grant.expected is 'Grant due.';
comment on column audit.application_grant.found is 'Grant that the plan counts on.';
comment on column audit.application_grant.message is 'The violation in words.';
