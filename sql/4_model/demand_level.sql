-- needs: model.demand, plan.scenario_level, model.covering_pair, model.site_level
-- grain: one row per (scenario_id, level, demand_id)

create table model.demand_level as

with covering as (
    select
        r.scenario_id, r.level, r.demand_id,
        count(*) filter (where s.is_present_before) as before_site_count,
        count(*) filter (where s.is_present_always) as always_site_count,
        array_agg(r.site_id order by r.site_id) filter (where not s.is_present_always) as open_site_ids
    from model.covering_pair as r
    join model.site_level as s on s.scenario_id = r.scenario_id and s.level = r.level and s.site_id = r.site_id
    where s.is_possible
    -- sorted by numbers before text
    group by r.scenario_id, r.demand_id, r.level
)

select
    d.scenario_id,
    d.demand_id,
    l.level,
    d.weight_share,
    coalesce(r.before_site_count, 0) > 0 as is_covered_before,
    coalesce(r.always_site_count, 0) > 0 as is_covered_always,
    coalesce(r.before_site_count, 0) as before_site_count,
    coalesce(r.always_site_count, 0) as always_site_count,
    coalesce(r.open_site_ids, '{}') as open_site_ids,
    case when coalesce(r.always_site_count, 0) = 0 then
        min(d.demand_id) filter (where coalesce(r.always_site_count, 0) = 0)
            over (partition by d.scenario_id, l.level, coalesce(r.open_site_ids, '{}'))
    end as node_id
from model.demand as d
join plan.scenario_level as l on l.scenario_id = d.scenario_id
left join covering as r on r.scenario_id = d.scenario_id and r.demand_id = d.demand_id and r.level = l.level;

comment on table model.demand_level is 'Each demand node at each level: its weight, whether it is covered before the plan, and whether it is whatever is decided.';
comment on column model.demand_level.scenario_id is 'The scenario.';
comment on column model.demand_level.demand_id is 'The demand node: model.demand.';
comment on column model.demand_level.level is 'The level.';
comment on column model.demand_level.weight_share is 'Weight; sums to 1 over a scenario and level.';
comment on column model.demand_level.is_covered_before is 'A station with this level covers it before the plan.';
comment on column model.demand_level.is_covered_always is 'A station that keeps this level whatever is decided covers it: a constant, no variable.';
comment on column model.demand_level.before_site_count is 'Sites within the service distance that have the level before the plan.';
comment on column model.demand_level.always_site_count is 'Those of them that keep it whatever is decided.';
comment on column model.demand_level.open_site_ids is 'Sites within the service distance where a decision adds or removes the level.';
comment on column model.demand_level.node_id is
    'Lowest demand_id of those at the level that the same sites may cover: model.aggregated_demand_node; null where it is covered whatever is decided.';
