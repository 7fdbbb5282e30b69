-- needs: report.published_run, plan.scenario_level
-- grain: one row per (run_id, level)

create view report.run_level as

select p.run_id, l.level, l.service_distance_m
from report.published_run as p
join plan.scenario_level as l using (scenario_id);

comment on view report.run_level is 'The levels that a published plan speaks of.';
comment on column report.run_level.run_id is 'The run.';
comment on column report.run_level.level is 'L2 or L3.';
comment on column report.run_level.service_distance_m is 'How far a station of the level serves.';
