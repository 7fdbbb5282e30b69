-- needs: report.published_run, plan.scenario_level, core.level, core.site_port
-- grain: one row per (level)

create view report.level as

with known as (
    select
        p.run_id, p.is_adopted, l.level, l.title_en, l.title_fr, l.rank,
        count(*) over (partition by p.run_id) as level_count
    from report.published_run as p
    join plan.scenario_level as l using (scenario_id)
),

planned as (
    select
        level,
        (array_agg(title_en order by is_adopted desc, run_id desc))[1] as title_en,
        (array_agg(title_fr order by is_adopted desc, run_id desc))[1] as title_fr,
        bool_or(is_adopted) as is_adopted,
        -- a level has another rank where there are more below it: the plan with most levels orders them all
        (array_agg(rank order by level_count desc, is_adopted desc, run_id desc))[1] as rank
    from known
    group by level
),

existing as (
    select l.level, l.level_rank
    from core.level as l
    where exists (select from core.site_port as p where p.level = l.level)
)

select
    (row_number() over (order by p.rank nulls first, e.level_rank nulls first, level))::integer as level_id,
    level,
    coalesce(p.title_en, level) as title_en,
    coalesce(p.title_fr, level) as title_fr,
    p.level is not null as is_planned,
    coalesce(p.is_adopted, false) as is_adopted,
    e.level is not null as is_existing
from planned as p
full join existing as e using (level);

comment on view report.level is 'The levels of published plans and of the stations of today, from the lowest rank to the highest.';
comment on column report.level.level_id is 'Its place, from 1 for the lowest rank in the plan that knows most levels; one that no plan knows comes before, by its rank in the settings of the region.';
comment on column report.level.level is 'The level.';
comment on column report.level.title_en is 'Its name in English: that of the adopted plan, else of the latest.';
comment on column report.level.title_fr is 'Its name in French, likewise.';
comment on column report.level.is_planned is 'True when a published plan knows it.';
comment on column report.level.is_adopted is 'True when the adopted plan knows it.';
comment on column report.level.is_existing is 'True when a station of today has it.';
