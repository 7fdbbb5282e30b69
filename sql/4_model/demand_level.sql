-- needs: model.demand, plan.scenario_level, model.covering_pair, model.site_level
-- grain: one row per (scenario_id, demand_id, level)

create view model.demand_level as

with covered as (
    select r.scenario_id, r.level, r.demand_id, bool_or(s.is_present_always) as is_covered_always
    from model.site_level as s
    join model.covering_pair as r on r.scenario_id = s.scenario_id and r.site_id = s.site_id and r.level = s.level
    where s.is_present_before
    group by r.scenario_id, r.level, r.demand_id
)

select
    d.scenario_id,
    d.demand_id,
    l.level,
    d.weight_share,
    c.demand_id is not null as is_covered_before,
    coalesce(c.is_covered_always, false) as is_covered_always
from model.demand as d
join plan.scenario_level as l on l.scenario_id = d.scenario_id
left join covered as c on c.scenario_id = d.scenario_id and c.demand_id = d.demand_id and c.level = l.level;

comment on view model.demand_level is 'Each demand at each level: its weight, and whether it is covered before, and whatever is decided.';
comment on column model.demand_level.scenario_id is 'The scenario.';
comment on column model.demand_level.demand_id is 'The demand: model.demand.';
comment on column model.demand_level.level is 'L2 or L3.';
comment on column model.demand_level.weight_share is 'Weight; sums to 1 over a scenario and level.';
comment on column model.demand_level.is_covered_before is 'A station with this level reaches it before the plan.';
comment on column model.demand_level.is_covered_always is 'A station that keeps this level whatever is decided reaches it: a constant, no variable.';
