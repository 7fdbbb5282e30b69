-- needs: report.published_run, plan.scenario_level
-- grain: one row per (run_id, level)

create view report.run_level as

select
    p.run_id,
    l.level,
    l.title_en,
    l.title_fr,
    l.rank,
    (row_number() over (partition by p.run_id order by l.rank))::integer as place,
    l.service_distance_m
from report.published_run as p
join plan.scenario_level as l using (scenario_id);

comment on view report.run_level is 'The levels that a published plan speaks of.';
comment on column report.run_level.run_id is 'The run.';
comment on column report.run_level.level is 'The level.';
comment on column report.run_level.title_en is 'Its name in English.';
comment on column report.run_level.title_fr is 'Its name in French.';
comment on column report.run_level.rank is 'Its rank in the scenario.';
comment on column report.run_level.place is 'Its place among the levels of the plan, from 1 for the lowest rank.';
comment on column report.run_level.service_distance_m is 'How far a station of the level serves.';
