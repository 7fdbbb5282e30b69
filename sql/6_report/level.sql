-- needs: report.published_run, plan.scenario_level, core.site_port
-- grain: one row per (level)

create view report.level as

-- what published plans call it: the adopted one, else the latest
with planned as (
    select distinct on (l.level) l.level, l.title_en, l.title_fr, l.rank
    from report.published_run as p
    join plan.scenario_level as l using (scenario_id)
    order by l.level, p.is_adopted desc, p.run_id desc
),

existing as (
    select level, max(port_kw) as port_kw
    from core.site_port
    group by level
)

select
    (row_number() over (order by p.rank nulls first, e.port_kw nulls first, level))::integer as level_id,
    level,
    coalesce(p.title_en, level) as title_en,
    coalesce(p.title_fr, level) as title_fr,
    p.level is not null as is_planned,
    e.level is not null as is_existing
from planned as p
full join existing as e using (level);

comment on view report.level is 'The levels of published plans and of the stations of today, from the lowest rank to the highest.';
comment on column report.level.level_id is 'Its place, from 1 for the lowest rank; a level that no plan knows comes before, by its strongest port.';
comment on column report.level.level is 'The level.';
comment on column report.level.title_en is 'Its name in English: that of the adopted plan, else of the latest.';
comment on column report.level.title_fr is 'Its name in French, likewise.';
comment on column report.level.is_planned is 'True when a published plan knows it.';
comment on column report.level.is_existing is 'True when a station of today has it.';
