-- needs: report.published_run, report.site_grant_clause, plan.decision, plan.decision_grant, plan.scenario_grant_program
-- grain: one row per (decision_id, program)

create view report.decision_grant as

with clause as (
    select
        run_id, decision_id, program,
        string_agg(clause, ', ' order by site_grant_clause_id) filter (where not is_kept) as broken_clauses,
        string_agg(clause, ', ' order by site_grant_clause_id) filter (where is_kept and is_unknown) as unknown_clauses
    from report.site_grant_clause
    group by run_id, decision_id, program
)

select
    -- the same in every query, whatever is filtered
    d.decision_id * 10000 + p.rank as decision_grant_id,
    r.run_id,
    r.scenario_name,
    d.decision_id,
    d.phase,
    d.site_id,
    d.site_name as name,
    d.action,
    p.program,
    p.stream_en,
    p.stream_fr,
    case
        when g.granted_cad > 0 then 'paid'
        when k.broken_clauses is not null then 'not_eligible'
        when exists (
            select
            from plan.decision_grant as o
            join plan.scenario_grant_program as q on q.scenario_id = p.scenario_id and q.program = o.program and q.family = p.family
            where o.run_id = d.run_id and o.phase = d.phase and o.site_id = d.site_id
        ) then 'other_stream'
        else 'nothing_left'
    end as status,
    k.broken_clauses,
    k.unknown_clauses,
    coalesce(g.eligible_cad, 0) as eligible_cad,
    coalesce(g.granted_cad, 0) as granted_cad
from report.published_run as r
join plan.scenario_grant_program as p on p.scenario_id = r.scenario_id and p.is_on
join plan.decision as d on d.run_id = r.run_id and d.action <> 'remove'
left join clause as k on k.run_id = d.run_id and k.decision_id = d.decision_id and k.program = p.program
left join plan.decision_grant as g on g.run_id = d.run_id and g.phase = d.phase and g.site_id = d.site_id and g.program = p.program;

comment on view report.decision_grant is 'Grants of the projects of the published plans, program by program, and why a program pays nothing; report.site_grant_clause has the clauses in rows.';
comment on column report.decision_grant.decision_grant_id is 'Key for GIS clients: project and program.';
comment on column report.decision_grant.run_id is 'The run.';
comment on column report.decision_grant.scenario_name is 'Name of the scenario.';
comment on column report.decision_grant.decision_id is 'The project, of report.decision.';
comment on column report.decision_grant.phase is 'Phase of the project.';
comment on column report.decision_grant.site_id is 'The site.';
comment on column report.decision_grant.name is 'Name of the site at the time, untrusted text.';
comment on column report.decision_grant.action is 'expand, upgrade or build: what is removed gets no grant.';
comment on column report.decision_grant.program is 'The program.';
comment on column report.decision_grant.stream_en is 'Its stream or intake, in English; empty for none.';
comment on column report.decision_grant.stream_fr is 'Its stream or intake, in French.';
comment on column report.decision_grant.status is
    'paid; not_eligible: a clause is broken; other_stream: another program of the family pays; nothing_left: all grants together have reached their limit, or the program pays nothing for such ports.';
comment on column report.decision_grant.broken_clauses is 'Clauses that are not kept: codes of report.site_grant_clause; null for none.';
comment on column report.decision_grant.unknown_clauses is 'Clauses that count as kept though the data does not know; null for none.';
comment on column report.decision_grant.eligible_cad is 'What the project would get by itself.';
comment on column report.decision_grant.granted_cad is 'What it gets, after the cap on the application.';
