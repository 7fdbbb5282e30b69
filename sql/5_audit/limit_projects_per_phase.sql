-- needs: audit.audited_run, plan.scenario_rule, plan.scenario_limit, plan.scenario_phase, plan.decision, core.site,
--   core.planning_area
-- grain: one row per (run_id, subject)

create view audit.limit_projects_per_phase as

with project as not materialized (
    select d.run_id, d.phase, c.planning_area_id
    from plan.decision as d
    left join core.site as c on c.site_id = d.site_id
)

select
    a.run_id, format('%s, phase %s', v.subject, f.phase) as subject, v.code, v.value || jsonb_build_object('phase', f.phase) as value,
    v.expected::double precision as expected, v.found::double precision as found, v.found > v.expected as is_violated
from audit.audited_run as a
join plan.scenario_rule as u on u.scenario_id = a.scenario_id and u.rule = 'projects_per_phase' and u.is_on
join plan.scenario_limit as l on l.scenario_id = a.scenario_id
join plan.scenario_phase as f on f.scenario_id = a.scenario_id
cross join lateral (
    select 'region 0' as subject, 'projects' as code, '{}'::jsonb as value, l.project_count_max as expected,
        (select count(*) from project as p where p.run_id = a.run_id and p.phase = f.phase) as found
    union all
    select 'area ' || g.planning_area_id, 'area_projects', jsonb_build_object('area_name', g.name), l.area_project_count_max,
        (select count(*) from project as p where p.run_id = a.run_id and p.phase = f.phase and p.planning_area_id = g.planning_area_id)
    from core.planning_area as g
) as v;

comment on view audit.limit_projects_per_phase is 'Phases with the projects that they have and may have, in all and in each planning area.';
comment on column audit.limit_projects_per_phase.run_id is 'The run.';
comment on column audit.limit_projects_per_phase.subject is 'The region or area, and the phase, as the key that plan.run_constraint_slack has.';
comment on column audit.limit_projects_per_phase.code is 'What would be broken: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.limit_projects_per_phase.value is 'The same in names and numbers: what the sentence takes beside expected and found.';
comment on column audit.limit_projects_per_phase.expected is 'Most projects that there may be.';
comment on column audit.limit_projects_per_phase.found is 'Projects that there are.';
comment on column audit.limit_projects_per_phase.is_violated is 'True where the plan breaks the rule.';
