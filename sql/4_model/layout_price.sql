-- needs: model.layout_cost, model.layout_grant, model.grant_program
-- grain: one row per (scenario_id, price_class, layout_before, action, layout_after, phase)

create table model.layout_price as

select
    c.scenario_id, c.price_class, c.layout_before, c.action, c.layout_after, c.phase,
    c.equipment_cad, c.installation_cad, c.connection_cad, c.soft_cost_cad, c.contingency_cad, c.dismantling_cad,
    c.capex_cad, c.resale_cad, c.is_in_price,
    (select coalesce(sum(g), 0) from unnest(g.grants_cad) as g) as grant_cad,
    coalesce(g.grants_cad, array(select 0::double precision from model.grant_program as n where n.scenario_id = c.scenario_id))
        as grants_cad
from model.layout_cost as c
left join model.layout_grant as g
    on g.scenario_id = c.scenario_id and g.price_class = c.price_class and g.layout_before = c.layout_before and g.action = c.action
    and g.layout_after = c.layout_after and g.phase = c.phase;

comment on table model.layout_price is 'Money of each step at the sites of a price class in each phase, grants included.';
comment on column model.layout_price.scenario_id is 'The scenario.';
comment on column model.layout_price.price_class is 'The price class: model.price_class.';
comment on column model.layout_price.layout_before is 'Layout before.';
comment on column model.layout_price.action is 'keep, expand, upgrade, build or remove.';
comment on column model.layout_price.layout_after is 'Layout afterwards.';
comment on column model.layout_price.phase is 'The phase.';
comment on column model.layout_price.equipment_cad is 'New equipment.';
comment on column model.layout_price.installation_cad is 'Its installation, civil works and make-ready.';
comment on column model.layout_price.connection_cad is 'Connection, transformer and line.';
comment on column model.layout_price.soft_cost_cad is 'Design, permits, supervision.';
comment on column model.layout_price.contingency_cad is 'Reserve.';
comment on column model.layout_price.dismantling_cad is 'Taking down what goes.';
comment on column model.layout_price.capex_cad is 'Capital cost, gross.';
comment on column model.layout_price.resale_cad is 'What removed equipment brings.';
comment on column model.layout_price.is_in_price is 'A site may cost as much.';
comment on column model.layout_price.grant_cad is 'Grants of all programs, before the caps on whole applications.';
comment on column model.layout_price.grants_cad is 'What each program of model.grant_program pays, in order of rank.';
