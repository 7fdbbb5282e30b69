-- needs: model.scenario, model.rule, plan.scenario_equity, plan.scenario_limit
-- grain: one row per (scenario_id, group_kind, group_name, level)

create view model.equity_floor as

select
    e.scenario_id,
    e.group_kind,
    e.group_name,
    e.level,
    e.floor_share,
    l.equity_ratio_min,
    e.ratio_min as group_ratio_min,
    l.is_equity_in_every_phase
from model.scenario as s
join model.rule as r on r.scenario_id = s.scenario_id and r.rule = 'equity'
join plan.scenario_limit as l on l.scenario_id = s.scenario_id
join plan.scenario_equity as e on e.scenario_id = s.scenario_id
where e.floor_share is not null and (e.floor_share > 0 or coalesce(e.ratio_min, l.equity_ratio_min) > 0);

comment on view model.equity_floor is 'Groups that a plan must be fair to; a floor and a ratio of 0 ask for nothing and are no row.';
comment on column model.equity_floor.scenario_id is 'The scenario.';
comment on column model.equity_floor.group_kind is 'Kind of the group.';
comment on column model.equity_floor.group_name is 'Name of the group.';
comment on column model.equity_floor.level is 'The level.';
comment on column model.equity_floor.floor_share is 'Least share of its people who are covered.';
comment on column model.equity_floor.equity_ratio_min is 'Least coverage of a group relative to that of all people.';
comment on column model.equity_floor.group_ratio_min is 'The same of this group, where it is another; null where it is not.';
comment on column model.equity_floor.is_equity_in_every_phase is 'False: it holds at the end of the plan only.';
