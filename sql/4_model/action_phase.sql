-- needs: model.scenario, plan.scenario_phase, plan.scenario_charger
-- grain: one row per (scenario_id, action, is_l2_new, is_l3_new)

create view model.action_phase as

select
    s.scenario_id,
    a.action,
    l2.is_new as is_l2_new,
    l3.is_new as is_l3_new,
    array_agg(p.phase order by p.phase) as phases
from model.scenario as s
join plan.scenario_phase as p on p.scenario_id = s.scenario_id
cross join lateral (
    select array(
        select c.level from plan.scenario_charger as c where c.scenario_id = p.scenario_id and c.charger_type = any (p.chargers)
    ) as levels
) as b
cross join unnest(array['keep', 'expand', 'upgrade', 'build', 'remove']) as a (action)
cross join (values (true), (false)) as l2 (is_new)
cross join (values (true), (false)) as l3 (is_new)
where a.action = 'keep'
    or a.action = any (p.actions)
    and (not l2.is_new or 'L2' = any (b.levels))
    and (not l3.is_new or 'L3' = any (b.levels))
group by s.scenario_id, a.action, l2.is_new, l3.is_new;

comment on view model.action_phase is 'Phases that allow an action which brings new ports of these levels; no row where none does.';
comment on column model.action_phase.scenario_id is 'The scenario.';
comment on column model.action_phase.action is 'keep, expand, upgrade, build or remove.';
comment on column model.action_phase.is_l2_new is 'It brings Level 2 ports.';
comment on column model.action_phase.is_l3_new is 'It brings Level 3 ports.';
comment on column model.action_phase.phases is 'The phases.';
