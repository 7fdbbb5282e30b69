-- needs: model.layout_program, model.layout_cost, model.grant_program, model.class_grant
-- grain: one row per (scenario_id, price_class, layout_before, action, layout_after, phase); only where programs pay

create table model.layout_grant as

-- each program that may pay there pays its share or its caps, whichever is less; of a family the first that pays anything
with able as (
    select
        c.scenario_id, c.price_class, c.layout_before, c.action, c.layout_after, c.phase, k.program, k.family, k.rank,
        k.stack_share_max * c.grantable_cad as limit_cad,
        least(k.cost_share_max * c.grantable_cad, k.cap_cad) as own_cad
    from model.layout_program as k
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
        scenario_id, price_class, layout_before, action, layout_after, phase, program, rank,
        least(sum(own_cad) over earlier, limit_cad) - least(sum(own_cad) over earlier - own_cad, limit_cad) as grant_cad
    from own
    window earlier as (partition by scenario_id, price_class, layout_before, action, layout_after, phase order by rank)
),

paying as (
    select
        scenario_id, price_class, layout_before, action, layout_after, phase,
        array_agg(program order by rank) as programs,
        array_agg(grant_cad order by rank) as grants_cad
    from paid
    group by scenario_id, price_class, layout_before, action, layout_after, phase
)

select
    c.scenario_id, c.price_class, c.layout_before, c.action, c.layout_after, c.phase,
    array(
        select coalesce(c.grants_cad[array_position(c.programs, g.program)], 0)
        from model.grant_program as g
        where g.scenario_id = c.scenario_id
        order by g.rank
    ) as grants_cad
from paying as c;

comment on table model.layout_grant is 'What grant programs pay for each step at the sites of a price class, before the caps on whole applications.';
comment on column model.layout_grant.scenario_id is 'The scenario.';
comment on column model.layout_grant.price_class is 'The price class: model.price_class.';
comment on column model.layout_grant.layout_before is 'Layout before.';
comment on column model.layout_grant.action is 'keep, expand, upgrade, build or remove.';
comment on column model.layout_grant.layout_after is 'Layout afterwards.';
comment on column model.layout_grant.phase is 'The phase.';
comment on column model.layout_grant.grants_cad is 'What each program of model.grant_program pays, in order of rank.';
