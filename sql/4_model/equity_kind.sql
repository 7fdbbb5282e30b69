-- needs: model.scenario, plan.scenario, analysis.equity_group
-- grain: one row per (scenario_id, group_kind)

create view model.equity_kind as

select
    s.scenario_id,
    k.group_kind,
    exists (select from analysis.equity_group as g where g.group_kind = k.group_kind) as is_known
from model.scenario as s
join plan.scenario as p on p.scenario_id = s.scenario_id
cross join lateral (
    select jsonb_array_elements_text(p.resolved -> 'equity' -> 'group_kinds')
    where (p.resolved -> 'rule' ->> 'equity')::boolean
    union
    select r.named ->> 'group_kind'
    from jsonb_array_elements(p.resolved -> 'equity' -> 'protected') as r (named)
    where (p.resolved -> 'rule' ->> 'protected_coverage')::boolean
) as k (group_kind);

comment on view model.equity_kind is 'Kinds of groups that the rules of a scenario speak of, and whether the data knows them.';
comment on column model.equity_kind.scenario_id is 'The scenario.';
comment on column model.equity_kind.group_kind is 'Kind of the group.';
comment on column model.equity_kind.is_known is 'False: no cell is in a group of this kind.';
