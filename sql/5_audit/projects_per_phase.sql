-- needs: plan.run, plan.scenario, plan.scenario_rule, plan.scenario_limit, plan.decision, core.region, core.site, core.planning_area
-- grain: one row per (run_id, subject)

create view audit.projects_per_phase as

with worked as (
    select
        r.run_id, d.phase, a.planning_area_id, a.name, l.project_count_max, l.area_project_count_max,
        count(*) as site_count,
        sum(count(*)) over (partition by r.run_id, d.phase) as all_site_count
    from plan.run as r
    join plan.scenario as n on n.scenario_id = r.scenario_id
    join core.region as g on g.load_id = n.load_id
    join plan.scenario_rule as u on u.scenario_id = r.scenario_id and u.rule = 'projects_per_phase' and u.is_on
    join plan.scenario_limit as l on l.scenario_id = r.scenario_id
    join plan.decision as d on d.run_id = r.run_id
    left join core.site as c on c.site_id = d.site_id
    left join core.planning_area as a on a.planning_area_id = c.planning_area_id
    where r.status in ('optimal', 'feasible')
    group by r.run_id, d.phase, a.planning_area_id, a.name, l.project_count_max, l.area_project_count_max
)

select
    run_id,
    format('planning area %s, phase %s', planning_area_id, phase) as subject,
    area_project_count_max::double precision as expected,
    site_count::double precision as found,
    format('%s sites of %s are worked on in phase %s; %s may be.', site_count, name, phase, area_project_count_max) as message
from worked
where site_count > area_project_count_max and planning_area_id is not null

union all

select distinct
    run_id, 'phase ' || phase, project_count_max, all_site_count,
    format('%s sites are worked on in phase %s; %s may be.', all_site_count, phase, project_count_max)
from worked
where all_site_count > project_count_max;

comment on view audit.projects_per_phase is 'Phases in which more sites are worked on than may be, in all or in one planning area.';
comment on column audit.projects_per_phase.run_id is 'The run.';
comment on column audit.projects_per_phase.subject is 'The phase, or the area and phase.';
comment on column audit.projects_per_phase.expected is 'Most sites that may be worked on.';
comment on column audit.projects_per_phase.found is 'Sites that are.';
comment on column audit.projects_per_phase.message is 'The violation in words.';
