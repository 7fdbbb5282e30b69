-- needs: model.site_state, model.site_option
-- grain: one row per (scenario_id, site_id, level)

create view model.site_level as

with offered as (
    select scenario_id, site_id, bool_and('L2' = any (levels)) as l2_all, bool_or('L2' = any (levels)) as l2_any,
        bool_and('L3' = any (levels)) as l3_all, bool_or('L3' = any (levels)) as l3_any
    from model.site_option
    group by scenario_id, site_id
)

select
    s.scenario_id,
    s.site_id,
    v.level,
    v.port_count > 0 as is_present_before,
    v.port_count > 0 and coalesce(v.is_in_all, true) as is_present_always,
    v.port_count > 0 or coalesce(v.is_in_any, false) as is_possible
from model.site_state as s
left join offered as o on o.scenario_id = s.scenario_id and o.site_id = s.site_id
cross join lateral (
    values ('L2', s.l2_port_count, o.l2_all, o.l2_any), ('L3', s.l3_port_count, o.l3_all, o.l3_any)
) as v (level, port_count, is_in_all, is_in_any);

comment on view model.site_level is 'Whether a level stands at a site before, stays whatever is decided, or could stand there at all.';
comment on column model.site_level.scenario_id is 'The scenario.';
comment on column model.site_level.site_id is 'The site.';
comment on column model.site_level.level is 'L2 or L3.';
comment on column model.site_level.is_present_before is 'It stands there before the plan.';
comment on column model.site_level.is_present_always is 'It stands there before, and no option takes it away.';
comment on column model.site_level.is_possible is 'It stands there, or some option brings it.';
