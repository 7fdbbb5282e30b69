-- needs: model.layout_work, model.site_price, model.price_class, model.price, model.site_limit
-- grain: one row per (scenario_id, price_class, layout_before, action, layout_after, phase)

create table model.layout_cost as

with placed as (
    select distinct s.scenario_id, s.price_class, s.layout from model.site_price as s
),

stated as (
    select
        w.scenario_id, k.price_class, w.layout_before, w.action, w.layout_after, k.phase, k.price_factor,
        w.equipment_cad, w.installation_cad, w.dismantling_cad,
        case when w.added_kw > 0 then p.connection_fixed_cost_cad + w.added_kw * p.connection_cost_cad_per_kw else 0 end
            -- the supply is there already where the site was as strong
            + case when w.kw_after > p.three_phase_kw_min and w.kw_before <= p.three_phase_kw_min
                then p.transformer_cost_cad + k.line_m * p.line_cost_cad_per_m else 0 end as connection_cad,
        w.removed_equipment_cad * k.resale_share as resale_cad,
        p.soft_cost_share, p.contingency_share
    from model.layout_work as w
    join placed as l on l.scenario_id = w.scenario_id and l.layout = w.layout_before
    join model.price_class as k on k.scenario_id = w.scenario_id and k.price_class = l.price_class
    join model.price as p on p.scenario_id = w.scenario_id
),

indexed as (
    select
        s.scenario_id, s.price_class, s.layout_before, s.action, s.layout_after, s.phase,
        s.price_factor * s.equipment_cad as equipment_cad,
        s.price_factor * s.installation_cad as installation_cad,
        s.price_factor * s.connection_cad as connection_cad,
        s.price_factor * s.soft_cost_share * w.works_cad as soft_cost_cad,
        s.price_factor * s.contingency_share * (1 + s.soft_cost_share) * w.works_cad as contingency_cad,
        s.price_factor * (1 + s.contingency_share) * (1 + s.soft_cost_share) * w.works_cad as grantable_cad,
        s.price_factor * s.dismantling_cad as dismantling_cad,
        s.price_factor * s.resale_cad as resale_cad
    from stated as s
    cross join lateral (select s.equipment_cad + s.installation_cad + s.connection_cad as works_cad) as w
)

select
    i.*,
    i.grantable_cad + i.dismantling_cad as capex_cad,
    i.grantable_cad + i.dismantling_cad <= m.capex_cad_max as is_in_price
from indexed as i
join model.site_limit as m on m.scenario_id = i.scenario_id;

comment on table model.layout_cost is
    'What each step costs and brings back at the sites of a price class, in money of the year of each phase.';
comment on column model.layout_cost.scenario_id is 'The scenario.';
comment on column model.layout_cost.price_class is 'The price class: model.price_class.';
comment on column model.layout_cost.layout_before is 'Layout before.';
comment on column model.layout_cost.action is 'keep, expand, upgrade, build or remove.';
comment on column model.layout_cost.layout_after is 'Layout afterwards.';
comment on column model.layout_cost.phase is 'The phase.';
comment on column model.layout_cost.equipment_cad is 'New equipment.';
comment on column model.layout_cost.installation_cad is 'Its installation, civil works and make-ready.';
comment on column model.layout_cost.connection_cad is 'Connection by power; transformer and line where the site first needs three-phase supply.';
comment on column model.layout_cost.soft_cost_cad is 'Design, permits, supervision: a share of these three.';
comment on column model.layout_cost.contingency_cad is 'Reserve: a share of these four.';
comment on column model.layout_cost.grantable_cad is 'These five together: what grant programs pay a share of.';
comment on column model.layout_cost.dismantling_cad is 'Taking down what goes.';
comment on column model.layout_cost.resale_cad is 'What removed equipment brings.';
comment on column model.layout_cost.capex_cad is 'Capital cost, gross.';
comment on column model.layout_cost.is_in_price is 'A site may cost as much.';
