-- needs: model.site_option, model.layout_price
-- grain: one row per (scenario_id, option_id, phase) that a plan may choose

create view model.option_price as

select
    o.scenario_id, o.option_id, p.phase, o.site_id,
    p.equipment_cad, p.installation_cad, p.connection_cad, p.soft_cost_cad, p.contingency_cad, p.dismantling_cad,
    p.capex_cad, p.grant_cad, p.grants_cad, p.resale_cad
from model.site_option as o
join model.layout_price as p
    on p.scenario_id = o.scenario_id and p.price_class = o.price_class and p.layout_before = o.layout_before and p.action = o.action
    and p.layout_after = o.layout_after and p.phase = any (o.phases)
where o.action <> 'keep';

comment on view model.option_price is 'What each option costs in each phase that allows it, in money of its year; each row is one binary of the model.';
comment on column model.option_price.scenario_id is 'The scenario.';
comment on column model.option_price.option_id is 'The option: model.site_option.';
comment on column model.option_price.phase is 'The phase.';
comment on column model.option_price.site_id is 'Its site.';
comment on column model.option_price.equipment_cad is 'New equipment.';
comment on column model.option_price.installation_cad is 'Its installation, civil works and make-ready.';
comment on column model.option_price.connection_cad is 'Connection, transformer and line.';
comment on column model.option_price.soft_cost_cad is 'Design, permits, supervision.';
comment on column model.option_price.contingency_cad is 'Reserve.';
comment on column model.option_price.dismantling_cad is 'Taking down what goes.';
comment on column model.option_price.capex_cad is 'Capital cost, gross: the sum of these.';
comment on column model.option_price.grant_cad is 'Grants of all programs, before the caps on whole applications.';
comment on column model.option_price.grants_cad is 'What each program of model.grant_program pays, in order of rank.';
comment on column model.option_price.resale_cad is 'What removed equipment brings.';
