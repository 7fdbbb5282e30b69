-- needs: report.published_run, model.site_grant, model.site_grant_clause, plan.scenario_grant_program, core.site, core.site_profile
-- grain: one row per (run_id, site_id, program)

create view report.site_grant as

with clause as (
    select
        scenario_id, site_id, program,
        string_agg(clause, ', ' order by clause) filter (where not is_kept) as broken_clauses,
        string_agg(clause, ', ' order by clause) filter (where is_kept and is_unknown) as unknown_clauses
    from model.site_grant_clause
    group by scenario_id, site_id, program
)

select
    -- the same in every query, whatever is filtered
    (r.run_id * 10000 + p.rank) * 1000000000 + g.site_id as site_grant_id,
    r.run_id,
    r.scenario_name,
    g.site_id,
    s.name,
    g.program,
    p.stream_en,
    p.stream_fr,
    cardinality(g.phases) > 0 as is_eligible,
    nullif(array_to_string(g.phases, ', '), '') as phases,
    coalesce(k.broken_clauses, case when cardinality(g.phases) = 0 then 'period' end) as broken_clauses,
    k.unknown_clauses,
    g.is_alone,
    o.address,
    o.city,
    o.owner_class,
    o.lon,
    o.lat,
    s.geom::geometry(Point, :metric_srid) as geom
from report.published_run as r
join model.site_grant as g on g.scenario_id = r.scenario_id
join plan.scenario_grant_program as p on p.scenario_id = g.scenario_id and p.program = g.program
join core.site as s on s.site_id = g.site_id
join core.site_profile as o on o.site_id = g.site_id
left join clause as k on k.scenario_id = g.scenario_id and k.site_id = g.site_id and k.program = g.program;

comment on view report.site_grant is 'Which grant programs could pay for which sites of the published plans, whether or not anything is done there, and why not.';
comment on column report.site_grant.site_grant_id is 'Key for GIS clients: run, program and site.';
comment on column report.site_grant.run_id is 'The run.';
comment on column report.site_grant.scenario_name is 'Name of the scenario.';
comment on column report.site_grant.site_id is 'The site.';
comment on column report.site_grant.name is 'Name, untrusted text.';
comment on column report.site_grant.program is 'The program.';
comment on column report.site_grant.stream_en is 'Its stream or intake, in English; empty for none.';
comment on column report.site_grant.stream_fr is 'Its stream or intake, in French.';
comment on column report.site_grant.is_eligible is 'True where site and dates keep every clause; how many ports it asks for depends on the project.';
comment on column report.site_grant.phases is 'Phases that it could pay for; null for none.';
comment on column report.site_grant.broken_clauses is
    'Clauses that are not kept: period, planning_area, grant_area, population, owner, access, open_all_day, service or apart; null for none.';
comment on column report.site_grant.unknown_clauses is 'Clauses that count as kept though the data does not know; null for none.';
comment on column report.site_grant.is_alone is 'No other station is near with the level that the program names, so that it asks for more ports of it.';
comment on column report.site_grant.address is 'Where it is, for people: number and street, street, or coordinates; untrusted text.';
comment on column report.site_grant.city is 'Town of the nearest civic address; untrusted text.';
comment on column report.site_grant.owner_class is 'Whose land it is: public or private; null where no source tells.';
comment on column report.site_grant.lon is 'Longitude, degrees.';
comment on column report.site_grant.lat is 'Latitude, degrees.';
comment on column report.site_grant.geom is 'Place.';
