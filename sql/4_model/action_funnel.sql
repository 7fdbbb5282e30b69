-- needs: model.rule, model.phase_money, model.site_room, model.site_state, model.site_action, model.layout_change, model.site_option,
--   model.option_price, model.site_price, model.lock, plan.scenario_phase
-- grain: rows: one per action that a scenario allows in some phase

create function model.action_funnel(scenario bigint)
returns table (
    action text, site_count bigint, open_count bigint, change_count bigint, offered_count bigint, power_count bigint, price_count bigint,
    unlocked_count bigint, grid_count bigint, affordable_count bigint, net_cad_min double precision, money_cad_max double precision,
    reason text
)
language sql stable
begin atomic
    with money as (
        select p.phase, p.money_cad from model.phase_money as p where p.scenario_id = action_funnel.scenario
    ),

    -- connected power for which there is room in all that a site draws from
    room as (
        select m.site_id, m.room_kw from model.site_room as m where m.scenario_id = action_funnel.scenario
    ),

    state as (
        select t.site_id, t.is_existing, t.is_changed, t.is_changeable, t.port_count, t.layout, p.price_class
        from model.site_state as t
        join model.site_price as p on p.scenario_id = t.scenario_id and p.site_id = t.site_id
        where t.scenario_id = action_funnel.scenario
    ),

    changed as (
        select c.price_class, c.layout_before, c.action, c.is_in_phase, c.is_in_power, c.is_in_price
        from model.layout_change as c where c.scenario_id = action_funnel.scenario and c.action <> 'keep'
    ),

    lock as (
        select l.site_id, l.lock_kind, l.option_id
        from model.rule as r
        join model.lock as l on l.scenario_id = r.scenario_id and l.lock_kind <> 'force_in'
        where r.scenario_id = action_funnel.scenario and r.rule = 'locks'
    ),

    -- what the phases offer stands first: a limit is one of what is on offer
    change as (
        select a.action, a.site_id, c.is_in_phase, c.is_in_phase and c.is_in_power as is_in_power,
            c.is_in_phase and c.is_in_power and c.is_in_price as is_in_price
        from model.site_action as a
        join state as t on t.site_id = a.site_id
        join changed as c on c.price_class = t.price_class and c.layout_before = t.layout and c.action = a.action
        where a.scenario_id = action_funnel.scenario
    ),

    priced as (
        select o.option_id, o.action, o.site_id, p.phase, p.capex_cad - p.grant_cad - p.resale_cad as net_cad, o.added_kw
        from model.site_option as o
        join model.option_price as p on p.scenario_id = o.scenario_id and p.option_id = o.option_id
        where o.scenario_id = action_funnel.scenario and o.action <> 'keep'
    ),

    offered as (
        select
            o.action, o.site_id, o.net_cad,
            not exists (
                select from lock as l where l.site_id = o.site_id and (l.lock_kind = 'force_out' or l.option_id <> o.option_id)
            ) as is_unlocked,
            coalesce(o.added_kw <= m.room_kw, true) as is_in_grid,
            o.net_cad <= coalesce(p.money_cad, 'infinity') as is_affordable
        from priced as o
        join money as p on p.phase = o.phase
        join state as t on t.site_id = o.site_id
        left join room as m on m.site_id = t.site_id
    ),

    counted as (
        select
            a.action, s.site_count, s.open_count, c.change_count, c.offered_count, c.power_count, c.price_count, o.unlocked_count, o.grid_count,
            o.affordable_count, o.net_cad_min, (select max(p.money_cad) from money as p) as money_cad_max
        from (
            select distinct e.action
            from plan.scenario_phase as p cross join unnest(p.actions) as e (action)
            where p.scenario_id = action_funnel.scenario
        ) as a
        cross join lateral (
            select count(*) as site_count, count(*) filter (where t.is_changeable) as open_count
            from state as t
            where not t.is_changed and case a.action
                when 'build' then not t.is_existing
                when 'upgrade' then exists (
                    select from changed as e
                    where e.price_class = t.price_class and e.layout_before = t.layout and e.action = 'upgrade'
                )
                    and t.is_existing
                else t.is_existing and t.port_count > 0
            end
        ) as s
        cross join lateral (
            select
                count(distinct e.site_id) as change_count, count(distinct e.site_id) filter (where e.is_in_phase) as offered_count,
                count(distinct e.site_id) filter (where e.is_in_power) as power_count,
                count(distinct e.site_id) filter (where e.is_in_price) as price_count
            from change as e where e.action = a.action
        ) as c
        cross join lateral (
            select
                count(distinct f.site_id) filter (where f.is_unlocked) as unlocked_count,
                count(distinct f.site_id) filter (where f.is_unlocked and f.is_in_grid) as grid_count,
                count(distinct f.site_id) filter (where f.is_unlocked and f.is_in_grid and f.is_affordable) as affordable_count,
                min(f.net_cad) filter (where f.is_unlocked and f.is_in_grid) as net_cad_min
            from offered as f where f.action = a.action
        ) as o
    )

    select
        c.action, c.site_count, c.open_count, c.change_count, c.offered_count, c.power_count, c.price_count, c.unlocked_count, c.grid_count,
        c.affordable_count, c.net_cad_min, c.money_cad_max,
        case
            when c.site_count = 0 then 'no_site' when c.open_count = 0 then 'owner' when c.change_count = 0 then 'no_change' when c.offered_count = 0 then 'level'
            when c.power_count = 0 then 'site_power' when c.price_count = 0 then 'site_price' when c.unlocked_count = 0 then 'lock'
            when c.grid_count = 0 then 'grid' when c.affordable_count = 0 then 'budget' else 'worth'
        end as reason
    from counted as c
    order by c.action;
end;

comment on function model.action_funnel is 'At how many sites each action of a scenario is left by one limit after the other, and the limit that leaves none: why a plan does nothing.';
