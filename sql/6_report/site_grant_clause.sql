-- needs: report.published_run, audit.grant_clause, plan.decision, plan.scenario_grant_program
-- grain: one row per (decision_id, program, clause)

create view report.site_grant_clause as

select
    -- the same in every query, whatever is filtered
    (d.decision_id * 10000 + p.rank) * 100 + array_position(
        array[
            'period', 'planning_area', 'grant_area', 'population', 'owner', 'access', 'open_all_day', 'service', 'apart', 'alone', 'ports'
        ], c.clause
    ) as site_grant_clause_id,
    r.run_id,
    r.scenario_name,
    d.decision_id,
    d.phase,
    d.site_id,
    d.site_name as name,
    c.program,
    c.clause,
    c.is_kept,
    c.is_unknown,
    c.found_number,
    c.found_text,
    c.limit_number,
    c.limit_text
from report.published_run as r
cross join lateral audit.grant_clause(r.run_id) as c
join plan.decision as d on d.decision_id = c.decision_id
join plan.scenario_grant_program as p on p.scenario_id = r.scenario_id and p.program = c.program;

comment on view report.site_grant_clause is 'What each grant program asks of each project of the published plans, what the project has, and whether that is enough: as the audit finds it.';
comment on column report.site_grant_clause.site_grant_clause_id is 'Key for GIS clients: project, program and clause.';
comment on column report.site_grant_clause.run_id is 'The run.';
comment on column report.site_grant_clause.scenario_name is 'Name of the scenario.';
comment on column report.site_grant_clause.decision_id is 'The project, of report.decision.';
comment on column report.site_grant_clause.phase is 'Phase of the project.';
comment on column report.site_grant_clause.site_id is 'The site.';
comment on column report.site_grant_clause.name is 'Name of the site at the time, untrusted text.';
comment on column report.site_grant_clause.program is 'The program.';
comment on column report.site_grant_clause.clause is
    'period, planning_area, grant_area, population, owner, access, open_all_day, service, apart, alone or ports; only clauses that the program has.';
comment on column report.site_grant_clause.is_kept is 'The clause is kept, or counts as kept where the data does not know.';
comment on column report.site_grant_clause.is_unknown is 'The data does not know; the scenario says what then counts.';
comment on column report.site_grant_clause.found_number is 'What the project has: people of its planning area, years of service, metres to the nearest other station, new ports.';
comment on column report.site_grant_clause.found_text is 'What it has, in words: day of the works, planning area, kinds of grant areas, owner, access, level, new ports as level=count.';
comment on column report.site_grant_clause.limit_number is 'What the program asks for, as a number.';
comment on column report.site_grant_clause.limit_text is 'What it asks for, in words: days from/to, kinds of grant areas, owners, access, ports as level=count.';
