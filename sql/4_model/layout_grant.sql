-- needs: model.layout_step_port, model.layout_cost, model.grant_program, model.grant_port_cap, model.class_grant, plan.scenario_grant_minimum
-- grain: one row per (scenario_id, price_class, layout_before, action, layout_after, phase); only where programs pay

create view model.layout_grant as

with new_port as (
    select
        p.scenario_id, p.layout_before, p.action, p.layout_after, p.charger_type, p.level,
        p.port_count_after - p.port_count_before as port_count
    from model.layout_step_port as p
    where p.port_count_after > p.port_count_before
),

new_level as (
    select scenario_id, layout_before, action, layout_after, jsonb_object_agg(level, port_count) as port_counts
    from (
        select scenario_id, layout_before, action, layout_after, level, sum(port_count) as port_count
        from new_port
        group by scenario_id, layout_before, action, layout_after, level
    ) as n
    group by scenario_id, layout_before, action, layout_after
),

-- the caps on its ports, where one alternative of the least numbers of ports is met
capped as (
    select
        n.scenario_id, n.layout_before, n.action, n.layout_after, g.program, g.family, g.rank, g.stack_share_max, g.cost_share_max,
        coalesce((v.port_counts ->> g.alone_level)::integer, 0) >= g.alone_port_count_min as is_enough_alone,
        sum(n.port_count * k.port_cap_cad order by n.charger_type) as cap_cad
    from model.grant_program as g
    join model.grant_port_cap as k on k.scenario_id = g.scenario_id and k.program = g.program
    join new_port as n on n.scenario_id = g.scenario_id and n.charger_type = k.charger_type
    join new_level as v
        on v.scenario_id = n.scenario_id and v.layout_before = n.layout_before and v.action = n.action and v.layout_after = n.layout_after
    where not exists (
            select from plan.scenario_grant_minimum as m where m.scenario_id = g.scenario_id and m.program = g.program
        )
        or exists (
            select from plan.scenario_grant_minimum as m
            where m.scenario_id = g.scenario_id and m.program = g.program
            group by m.alternative
            having bool_and(coalesce((v.port_counts ->> m.level)::integer, 0) >= m.port_count_min)
        )
    group by
        n.scenario_id, n.layout_before, n.action, n.layout_after, g.program, g.family, g.rank, g.stack_share_max, g.cost_share_max,
        g.alone_level, g.alone_port_count_min, v.port_counts
),

-- each program that may pay there and then pays its share or its caps, whichever is less; of a family the first that pays anything
able as (
    select
        c.scenario_id, c.price_class, c.layout_before, c.action, c.layout_after, c.phase, k.program, k.family, k.rank,
        k.stack_share_max * c.grantable_cad as limit_cad,
        least(k.cost_share_max * c.grantable_cad, k.cap_cad) as own_cad
    from capped as k
    join model.layout_cost as c
        on c.scenario_id = k.scenario_id and c.layout_before = k.layout_before and c.action = k.action and c.layout_after = k.layout_after
    join model.class_grant as g
        on g.scenario_id = c.scenario_id and g.price_class = c.price_class and g.program = k.program and c.phase = any (g.phases)
    where k.is_enough_alone or not g.is_alone
),

own as (
    select *
    from (
        select
            a.*,
            row_number() over (
                partition by scenario_id, price_class, layout_before, action, layout_after, phase, family order by own_cad <= 0, rank
            ) as place
        from able as a
    ) as a
    where place = 1
),

-- in the order of rank, until together they reach their limit
paid as (
    select
        scenario_id, price_class, layout_before, action, layout_after, phase, program,
        least(sum(own_cad) over earlier, limit_cad) - least(sum(own_cad) over earlier - own_cad, limit_cad) as grant_cad
    from own
    window earlier as (partition by scenario_id, price_class, layout_before, action, layout_after, phase order by rank)
),

paying as (
    select distinct scenario_id, price_class, layout_before, action, layout_after, phase from own
)

select
    c.scenario_id, c.price_class, c.layout_before, c.action, c.layout_after, c.phase,
    array_agg(coalesce(p.grant_cad, 0) order by g.rank) as grants_cad
from paying as c
join model.grant_program as g on g.scenario_id = c.scenario_id
left join paid as p
    on p.scenario_id = c.scenario_id and p.price_class = c.price_class and p.layout_before = c.layout_before and p.action = c.action
    and p.layout_after = c.layout_after and p.phase = c.phase and p.program = g.program
group by c.scenario_id, c.price_class, c.layout_before, c.action, c.layout_after, c.phase;

comment on view model.layout_grant is 'What grant programs pay for each step at the sites of a price class, before the caps on whole applications.';
comment on column model.layout_grant.scenario_id is 'The scenario.';
comment on column model.layout_grant.price_class is 'The price class: model.price_class.';
comment on column model.layout_grant.layout_before is 'Layout before.';
comment on column model.layout_grant.action is 'keep, expand, upgrade, build or remove.';
comment on column model.layout_grant.layout_after is 'Layout afterwards.';
comment on column model.layout_grant.phase is 'The phase.';
comment on column model.layout_grant.grants_cad is 'What each program of model.grant_program pays, in order of rank.';
