-- needs: plan.run, plan.candidate_obstacle, core.site, core.site_exclusion, core.planning_area, core.grid_node
-- grain: one row per (run_id, site_id, is_final, obstacle, level); level is null where it stands in the way of all

create view report.candidate_obstacle as

select
    f.run_id,
    f.site_id,
    f.is_final,
    f.obstacle,
    nullif(f.level, '') as level,
    f.other_site_id,
    coalesce(o.name, g.name, case when f.obstacle = 'exclusion' then x.name when f.obstacle like 'area%' then a.name end) as name,
    f.allowed,
    f.found
from plan.candidate_obstacle as f
join plan.run as r on r.run_id = f.run_id and r.publication = 'published'
join core.site as s on s.site_id = f.site_id
left join core.site as o on o.site_id = f.other_site_id
left join core.grid_node as g on g.grid_node_id = f.grid_node_id
left join core.site_exclusion as x on x.site_id = f.site_id
left join core.planning_area as a on a.planning_area_id = s.planning_area_id;

comment on view report.candidate_obstacle is
    'What stands in the way of a station at a candidate: in every plan under the rules of a published one, or beside that one alone. What money does is in report.candidate_bound.';
comment on column report.candidate_obstacle.run_id is 'The run.';
comment on column report.candidate_obstacle.site_id is 'The candidate.';
comment on column report.candidate_obstacle.is_final is
    'True: no plan builds there, as each of these rows bars some station and together they bar all. False: built beside all that the plan does, the cheapest station would break that rule.';
comment on column report.candidate_obstacle.obstacle is
    'exclusion, score, junction, action or lock (report.candidate_bound); charger (no phase offers what makes a station), power or price (of a single site); area, spacing, gap, overlap, grid or budget; project_count or area_project_count (its phase has all projects that it may, or in this planning area).';
comment on column report.candidate_obstacle.level is 'The level that it keeps away; null for all.';
comment on column report.candidate_obstacle.other_site_id is 'The station that is too near.';
comment on column report.candidate_obstacle.name is 'Name of that station, of the part of the grid with least room, of the ground or of the planning area, untrusted text.';
comment on column report.candidate_obstacle.allowed is 'The limit: score, kW connected, CAD, stations, projects or metres; null where there is nothing to measure.';
comment on column report.candidate_obstacle.found is 'What there is, or what the least station would take.';
