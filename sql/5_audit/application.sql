-- needs: audit.decision_grant
-- grain: one row per (run_id, phase, program)

create view audit.application as

select
    g.run_id,
    g.phase,
    g.program,
    sum(g.eligible_cad) as eligible_cad,
    max(g.application_cap_cad) as cap_cad,
    least(sum(g.eligible_cad), max(g.application_cap_cad)) as granted_cad
from audit.decision_grant as g
group by g.run_id, g.phase, g.program;

comment on view audit.application is 'What each program gives to all projects of a phase, which are one application.';
comment on column audit.application.run_id is 'The run.';
comment on column audit.application.phase is 'The phase.';
comment on column audit.application.program is 'The program.';
comment on column audit.application.eligible_cad is 'What the projects would get one by one.';
comment on column audit.application.cap_cad is 'Most for an application; null for none.';
comment on column audit.application.granted_cad is 'What the application gets.';
