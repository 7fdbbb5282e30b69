-- needs: model.layout_change, model.layout_price
-- grain: one row per (scenario_id, price_class, layout_before, action, layout_after, rival_action, rival_layout_after)

create table model.layout_rival as

-- The price is no higher in any phase of the other, whatever caps of programs leave of the grants: as in model.layout_change.
with paired as (
    select
        o.scenario_id, o.price_class, o.layout_before, o.action, o.layout_after, o.phases,
        r.action as rival_action, r.layout_after as rival_layout_after
    from model.layout_change as o
    join model.layout_change as r
        on r.scenario_id = o.scenario_id and r.price_class = o.price_class and r.layout_before = o.layout_before and r.levels = o.levels
    where o.is_efficient and r.is_efficient and o.action <> 'keep' and r.action <> 'keep'
        and (r.action, r.layout_after) <> (o.action, o.layout_after)
        and r.phases @> o.phases
        and r.opex_change_cad_per_year <= o.opex_change_cad_per_year
        and r.added_kw <= o.added_kw
)

select p.scenario_id, p.price_class, p.layout_before, p.action, p.layout_after, p.rival_action, p.rival_layout_after
from paired as p
where not exists (
    select
    from model.layout_price as own
    join model.layout_price as rival
        on rival.scenario_id = own.scenario_id and rival.price_class = own.price_class and rival.layout_before = own.layout_before
        and rival.action = p.rival_action and rival.layout_after = p.rival_layout_after and rival.phase = own.phase
    where own.scenario_id = p.scenario_id and own.price_class = p.price_class and own.layout_before = p.layout_before
        and own.action = p.action and own.layout_after = p.layout_after and own.phase = any (p.phases)
        and rival.capex_cad - rival.resale_cad + (
            select coalesce(sum(greatest(g.own_cad - g.rival_cad, 0)), 0)
            from unnest(own.grants_cad, rival.grants_cad) as g (own_cad, rival_cad)
        ) > own.capex_cad - own.resale_cad
);

comment on table model.layout_rival is
    'Changes with others that offer the same levels in all their phases and cost no more in money, upkeep and power, but may serve fewer sessions.';
comment on column model.layout_rival.scenario_id is 'The scenario.';
comment on column model.layout_rival.price_class is 'The price class: model.price_class.';
comment on column model.layout_rival.layout_before is 'Layout before.';
comment on column model.layout_rival.action is 'The change.';
comment on column model.layout_rival.layout_after is 'Its layout afterwards.';
comment on column model.layout_rival.rival_action is 'The other change.';
comment on column model.layout_rival.rival_layout_after is 'Its layout afterwards.';
