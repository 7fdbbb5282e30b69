-- needs: audit.audited_run, audit.application, audit.decision_grant, audit.grant_clause, plan.decision_grant
-- grain: one row per (run_id, code, value)

create view audit.figure_decision_grant as

with due as not materialized (
    select
        g.run_id, g.phase, g.site_id, g.program, g.decision_id, g.eligible_cad,
        g.eligible_cad * p.granted_cad / p.eligible_cad as granted_cad
    from audit.decision_grant as g
    join audit.application as p on p.run_id = g.run_id and p.phase = g.phase and p.program = g.program and p.eligible_cad > 0
    where g.eligible_cad > 0
),

broken as (
    select a.run_id, k.*
    from audit.audited_run as a
    cross join lateral audit.grant_clause(a.run_id) as k
    where not k.is_kept
),

compared as not materialized (
    select
        a.run_id, k.phase, k.site_id, k.program,
        coalesce(u.eligible_cad, 0) as eligible_due_cad, coalesce(u.granted_cad, 0) as granted_due_cad, s.eligible_cad, s.granted_cad
    from audit.audited_run as a
    cross join lateral (
        select d.phase, d.site_id, d.program from due as d where d.run_id = a.run_id
        union
        select d.phase, d.site_id, d.program from plan.decision_grant as d where d.run_id = a.run_id
    ) as k
    left join due as u on u.run_id = a.run_id and u.phase = k.phase and u.site_id = k.site_id and u.program = k.program
    left join plan.decision_grant as s on s.run_id = a.run_id and s.phase = k.phase and s.site_id = k.site_id and s.program = k.program
),

-- a grant that a broken clause rules out is told by the clause, any other wrong one by its sum
told as (
    select
        c.run_id, c.phase, c.site_id, c.program, 'grant_' || q.clause as code,
        case q.clause
            when 'population' then jsonb_build_object('area', q.found_text)
            when 'planning_area' then jsonb_build_object('area', q.found_text)
            when 'grant_area' then jsonb_build_object('has', nullif(q.found_text, ''), 'asked', nullif(q.limit_text, ''))
            when 'apart' then jsonb_build_object('level', q.found_text)
            when 'alone' then jsonb_build_object('level', q.found_text)
            when 'service' then '{}'
            when 'open_all_day' then '{}'
            else jsonb_build_object('has', nullif(q.found_text, ''), 'asked', q.limit_text)
        end as value,
        q.limit_number as expected, q.found_number as found
    from compared as c
    join broken as q on q.run_id = c.run_id and q.phase = c.phase and q.site_id = c.site_id and q.program = c.program
    where c.eligible_cad > 0
    union all
    select run_id, phase, site_id, program, 'grant_eligible', '{}', eligible_due_cad, eligible_cad
    from compared
    where abs(eligible_due_cad - coalesce(eligible_cad, 0)) > 0.01
    union all
    select run_id, phase, site_id, program, 'grant_granted', '{}', granted_due_cad, granted_cad
    from compared
    where abs(granted_due_cad - coalesce(granted_cad, 0)) > 0.01
)

select run_id, code, jsonb_build_object('site_id', site_id, 'phase', phase, 'program', program) || value as value, expected, found
from told;

comment on view audit.figure_decision_grant is 'Grants of single projects that break a clause of the program, or differ from what it gives.';
comment on column audit.figure_decision_grant.run_id is 'The run.';
comment on column audit.figure_decision_grant.code is 'What is wrong: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.figure_decision_grant.value is 'The site, phase and program, and of a clause what the sentence takes beside expected and found.';
comment on column audit.figure_decision_grant.expected is 'The figure worked out anew, CAD; of a clause the number that it asks for, null where it asks for none.';
comment on column audit.figure_decision_grant.found is 'What the plan says, CAD; of a clause the number of the site.';
