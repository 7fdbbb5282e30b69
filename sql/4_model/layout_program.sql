-- needs: model.layout_step_port, model.grant_program, model.grant_port_cap, plan.scenario_grant_minimum
-- grain: one row per (scenario_id, layout_before, action, layout_after, program); only where its least numbers of ports are met

create table model.layout_program as

with new_port as (
    select
        p.scenario_id, p.layout_before, p.action, p.layout_after,
        array_agg(p.charger_type order by p.charger_type) as charger_types,
        array_agg(p.level order by p.charger_type) as levels,
        array_agg(p.port_count_after - p.port_count_before order by p.charger_type) as port_counts
    from model.layout_step_port as p
    where p.port_count_after > p.port_count_before
    group by p.scenario_id, p.layout_before, p.action, p.layout_after
)

select
    n.scenario_id, n.layout_before, n.action, n.layout_after, g.program, g.family, g.rank, g.stack_share_max, g.cost_share_max,
    (
        select coalesce(sum(v.port_count), 0)
        from unnest(n.levels, n.port_counts) as v (level, port_count)
        where v.level = g.alone_level
    ) >= g.alone_port_count_min as is_enough_alone,
    (
        select sum(v.port_count * k.port_cap_cad order by v.charger_type)
        from unnest(n.charger_types, n.port_counts) as v (charger_type, port_count)
        join model.grant_port_cap as k
            on k.scenario_id = g.scenario_id and k.program = g.program and k.charger_type = v.charger_type
    ) as cap_cad
from model.grant_program as g
join new_port as n on n.scenario_id = g.scenario_id
where not exists (
        select from plan.scenario_grant_minimum as m where m.scenario_id = g.scenario_id and m.program = g.program
    )
    or exists (
        select from plan.scenario_grant_minimum as m
        where m.scenario_id = g.scenario_id and m.program = g.program
        group by m.alternative
        having bool_and((
            select coalesce(sum(v.port_count), 0)
            from unnest(n.levels, n.port_counts) as v (level, port_count)
            where v.level = m.level
        ) >= m.port_count_min)
    );

comment on table model.layout_program is 'Programs that may pay for the new ports of a step, and the most for these.';
comment on column model.layout_program.scenario_id is 'The scenario.';
comment on column model.layout_program.layout_before is 'Layout before.';
comment on column model.layout_program.action is 'keep, expand, upgrade, build or remove.';
comment on column model.layout_program.layout_after is 'Layout afterwards.';
comment on column model.layout_program.program is 'The program.';
comment on column model.layout_program.family is 'Of a family the first program by rank that pays anything pays.';
comment on column model.layout_program.rank is 'Place of the program: which pays first.';
comment on column model.layout_program.stack_share_max is 'Share of the cost that all programs together pay at most.';
comment on column model.layout_program.cost_share_max is 'Share of the cost that the program pays at most.';
comment on column model.layout_program.is_enough_alone is 'It has the ports that the program asks for where no other station is near.';
comment on column model.layout_program.cap_cad is 'The most for its new ports, together.';
