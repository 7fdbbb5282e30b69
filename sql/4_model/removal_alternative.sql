-- needs: model.site_option, model.layout_level, model.level_site, model.opened_station, model.lock, model.ancestor, model.charger,
--   plan.scenario_removal, plan.decision, plan.decision_port, plan.run_lock, analysis.site_neighbour
-- grain: one row per (scenario_id, site_id, level)

create view model.removal_alternative as

-- a lock that asks for a removal asks for no alternative
with station as (
    select o.scenario_id, o.site_id, l.level, false as is_removed
    from model.site_option as o
    join model.layout_level as l on l.scenario_id = o.scenario_id and l.layout = o.layout_before
    where o.action = 'remove'
        and not exists (
            select from model.opened_station as s where s.scenario_id = o.scenario_id and s.site_id = o.site_id and s.is_removal
        )
    union
    select a.scenario_id, d.site_id, c.level, true
    from model.ancestor as a
    join plan.decision as d on d.run_id = a.run_id and d.action = 'remove'
    join plan.decision_port as p on p.run_id = d.run_id and p.phase = d.phase and p.site_id = d.site_id and p.port_count_before > 0
    join model.charger as c on c.scenario_id = a.scenario_id and c.charger_type = p.charger_type
    where not exists (
        select from plan.run_lock as l
        where l.run_id = d.run_id and l.site_id = d.site_id and l.lock_kind = 'fix_option' and split_part(l.option_id, ':', 2) = 'remove'
    )
),

wanted as (
    select s.*, r.alternative_distance_m
    from station as s
    join plan.scenario_removal as r on r.scenario_id = s.scenario_id and r.is_candidate_only
),

near as (
    select w.scenario_id, w.site_id, w.level, b.site_id as other_site_id, b.is_present_before, b.is_present_always
    from wanted as w
    join analysis.site_neighbour as d on d.site_id = w.site_id and d.distance_m <= w.alternative_distance_m
    join model.level_site as b on b.scenario_id = w.scenario_id and b.level = w.level and b.site_id = d.other_site_id
)

select w.scenario_id, w.site_id, w.level, n.site_ids as alternative_site_ids, w.is_removed
from wanted as w
cross join lateral (
    select
        coalesce(array_agg(n.other_site_id order by n.other_site_id), '{}') as site_ids,
        coalesce(bool_or(n.is_present_before), false) as is_present_before,
        coalesce(bool_or(n.is_present_always), false) as is_present_always,
        -- people decided about one that stands
        coalesce(bool_or(n.is_present_before and l.site_id is not null), false) as is_lock_held
    from near as n
    left join (select distinct scenario_id, site_id from model.lock where lock_kind in ('force_in', 'fix_option')) as l
        on l.scenario_id = n.scenario_id and l.site_id = n.other_site_id
    where n.scenario_id = w.scenario_id and n.site_id = w.site_id and n.level = w.level
) as n
where not n.is_present_always
    -- what an earlier plan removed asks for no more than stands now
    and (not w.is_removed or n.is_present_before and not n.is_lock_held);

comment on view model.removal_alternative is
    'Stations that may be removed, or were by a plan that this one continues, and the sites of which one must have their level afterwards; where one always has it, there is no row.';
comment on column model.removal_alternative.scenario_id is 'The scenario.';
comment on column model.removal_alternative.site_id is 'The station.';
comment on column model.removal_alternative.level is 'A level that it has, or had.';
comment on column model.removal_alternative.alternative_site_ids is 'Sites within alternative_distance_m where the level stands or could stand.';
comment on column model.removal_alternative.is_removed is 'A plan that the scenario continues has removed it.';
