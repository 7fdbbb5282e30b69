-- needs: model.site_state, model.site_option, model.layout_level, plan.scenario_level
-- grain: one row per (scenario_id, site_id, level)

create table model.site_level as

with standing as (
    select s.scenario_id, s.site_id, l.level
    from model.site_state as s
    join model.layout_level as l on l.scenario_id = s.scenario_id and l.layout = s.layout
    where s.is_counted
),

option as (
    select scenario_id, site_id, levels, count(*) as option_count, sum(count(*)) over (partition by scenario_id, site_id) as site_option_count
    from model.site_option
    group by scenario_id, site_id, levels
),

offered as (
    select o.scenario_id, o.site_id, v.level, sum(o.option_count) = o.site_option_count as is_in_all
    from option as o
    cross join unnest(o.levels) as v (level)
    group by o.scenario_id, o.site_id, o.site_option_count, v.level
)

select
    s.scenario_id,
    s.site_id,
    l.level,
    t.level is not null as is_present_before,
    t.level is not null and coalesce(o.is_in_all, n.site_id is null) as is_present_always,
    t.level is not null or o.level is not null as is_possible
from model.site_state as s
join plan.scenario_level as l on l.scenario_id = s.scenario_id
left join standing as t on t.scenario_id = s.scenario_id and t.site_id = s.site_id and t.level = l.level
left join offered as o on o.scenario_id = s.scenario_id and o.site_id = s.site_id and o.level = l.level
left join (select distinct scenario_id, site_id from model.site_option) as n on n.scenario_id = s.scenario_id and n.site_id = s.site_id;

comment on table model.site_level is 'Whether a level stands at a site before, stays whatever is decided, or could stand there at all.';
comment on column model.site_level.scenario_id is 'The scenario.';
comment on column model.site_level.site_id is 'The site.';
comment on column model.site_level.level is 'The level.';
comment on column model.site_level.is_present_before is 'It stands there before the plan.';
comment on column model.site_level.is_present_always is 'It stands there before, and no option takes it away.';
comment on column model.site_level.is_possible is 'It stands there, or some option brings it.';
