-- needs: audit.audited_run, audit.application, audit.decision_grant, plan.decision, plan.application_grant
-- grain: one row per (run_id, code, value)

create view audit.figure_application_grant as

-- an application shares out what it gets by what its projects earn
with due as (
    select g.decision_id, sum(g.eligible_cad * p.granted_cad / p.eligible_cad) as grant_cad
    from audit.decision_grant as g
    join audit.application as p on p.run_id = g.run_id and p.phase = g.phase and p.program = g.program and p.eligible_cad > 0
    group by g.decision_id
)

select
    a.run_id, v.code, jsonb_build_object('program', k.program, 'phase', k.phase) as value, v.expected, v.found
from audit.audited_run as a
cross join lateral (
    select q.program, q.phase from audit.application as q where q.run_id = a.run_id and q.eligible_cad > 0.01
    union
    select q.program, q.phase from plan.application_grant as q where q.run_id = a.run_id
) as k
left join audit.application as p on p.run_id = a.run_id and p.program = k.program and p.phase = k.phase
left join plan.application_grant as w on w.run_id = a.run_id and w.program = k.program and w.phase = k.phase
cross join lateral (values
    ('application_grant', coalesce(p.granted_cad, 0), w.granted_cad),
    ('application_eligible', coalesce(p.eligible_cad, 0), w.eligible_cad),
    ('application_cap', p.cap_cad, w.cap_cad)
) as v (code, expected, found)
where case when v.expected is null or v.found is null then v.expected is distinct from v.found else abs(v.expected - v.found) > 0.01 end

union all

select
    d.run_id, 'site_grant', jsonb_build_object('site_id', d.site_id, 'phase', d.phase), coalesce(u.grant_cad, 0), d.grant_cad
from audit.audited_run as a
join plan.decision as d on d.run_id = a.run_id
left join due as u on u.decision_id = d.decision_id
where abs(coalesce(u.grant_cad, 0) - d.grant_cad) > 0.01;

comment on view audit.figure_application_grant is 'Applications and sites whose grants differ from what the programs give, caps included.';
comment on column audit.figure_application_grant.run_id is 'The run.';
comment on column audit.figure_application_grant.code is 'What is wrong: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.figure_application_grant.value is 'The program and phase, or the site and phase: what the sentence takes beside expected and found.';
comment on column audit.figure_application_grant.expected is 'The figure worked out anew, CAD.';
comment on column audit.figure_application_grant.found is 'What the plan says.';
