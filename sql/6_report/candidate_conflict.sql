-- needs: plan.run, model.scenario, model.candidate_conflict, core.site, core.planning_area, core.grid_node
-- grain: one row per (run_id, site_id, obstacle, level); level is null where it stands in the way of all

create view report.candidate_conflict as

select
    r.run_id,
    c.site_id,
    c.obstacle,
    c.level,
    c.other_site_id,
    coalesce(o.name, g.name, case when c.obstacle like 'area%' then a.name end) as name,
    c.allowed,
    c.found
from plan.run as r
join model.scenario as n on n.scenario_id = r.scenario_id
cross join lateral model.candidate_conflict(r.run_id, r.scenario_id) as c
join core.site as s on s.site_id = c.site_id
left join core.site as o on o.site_id = c.other_site_id
left join core.grid_node as g on g.grid_node_id = c.grid_node_id
left join core.planning_area as a on a.planning_area_id = s.planning_area_id
where r.publication = 'published';

comment on view report.candidate_conflict is
    'What of a published plan stands in the way of the cheapest station at a candidate: built beside all that the plan does, it would break that rule. Money is in report.candidate_bound.';
comment on column report.candidate_conflict.run_id is 'The run.';
comment on column report.candidate_conflict.site_id is 'The candidate.';
comment on column report.candidate_conflict.obstacle is
    'spacing, gap, overlap, grid or area, as in report.candidate_obstacle, but of the plan; project_count or area_project_count (its phase has all projects that it may, or in this planning area).';
comment on column report.candidate_conflict.level is 'The level of the station that meets it; null for one of any level.';
comment on column report.candidate_conflict.other_site_id is 'The station of the plan, or of today, that is too near.';
comment on column report.candidate_conflict.name is 'Name of that station, of the part of the grid with least room left, or of the planning area, untrusted text.';
comment on column report.candidate_conflict.allowed is 'The limit: metres, kW connected, stations or projects.';
comment on column report.candidate_conflict.found is 'What there is, or what the station would connect; null where there is nothing to measure.';
