-- needs: audit.audited_run, audit.application, audit.decision_grant, plan.decision, plan.application_grant
-- grain: one row per (run_id, subject)

create view audit.figure_application_grant as

-- an application shares out what it gets by what its projects earn
with due as (
    select g.decision_id, sum(g.eligible_cad * p.granted_cad / p.eligible_cad) as grant_cad
    from audit.decision_grant as g
    join audit.application as p on p.run_id = g.run_id and p.phase = g.phase and p.program = g.program and p.eligible_cad > 0
    group by g.decision_id
)

select
    a.run_id, format('%s, phase %s, %s', k.program, k.phase, v.what) as subject, v.expected, v.found,
    format('The %s of %s in phase %s is %s %s; the plan says %s.', v.what, k.program, k.phase,
        coalesce(round(v.expected::numeric, 2)::text, 'none'), a.currency, coalesce(v.found::text, 'nothing')) as message
from audit.audited_run as a
cross join lateral (
    select q.program, q.phase from audit.application as q where q.run_id = a.run_id and q.eligible_cad > 0.01
    union
    select q.program, q.phase from plan.application_grant as q where q.run_id = a.run_id
) as k
left join audit.application as p on p.run_id = a.run_id and p.program = k.program and p.phase = k.phase
left join plan.application_grant as w on w.run_id = a.run_id and w.program = k.program and w.phase = k.phase
cross join lateral (values
    ('grant', coalesce(p.granted_cad, 0), w.granted_cad),
    ('eligible cost', coalesce(p.eligible_cad, 0), w.eligible_cad),
    ('cap', p.cap_cad, w.cap_cad)
) as v (what, expected, found)
where case when v.expected is null or v.found is null then v.expected is distinct from v.found else abs(v.expected - v.found) > 0.01 end

union all

select
    d.run_id, format('site %s, phase %s', d.site_id, d.phase), coalesce(u.grant_cad, 0), d.grant_cad,
    format('Site %s gets %s %s of grants in phase %s; the plan says %s.', d.site_id, coalesce(round(u.grant_cad::numeric, 2), 0),
        a.currency, d.phase, d.grant_cad)
from audit.audited_run as a
join plan.decision as d on d.run_id = a.run_id
left join due as u on u.decision_id = d.decision_id
where abs(coalesce(u.grant_cad, 0) - d.grant_cad) > 0.01;

comment on view audit.figure_application_grant is 'Applications and sites whose grants differ from what the programs give, caps included.';
comment on column audit.figure_application_grant.run_id is 'The run.';
comment on column audit.figure_application_grant.subject is 'The program, phase and figure, or the site and phase.';
comment on column audit.figure_application_grant.expected is 'The figure worked out anew, CAD.';
comment on column audit.figure_application_grant.found is 'What the plan says.';
comment on column audit.figure_application_grant.message is 'The violation in words.';
