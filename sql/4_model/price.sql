-- needs: model.scenario, plan.scenario_price
-- grain: one row per (scenario_id)

create view model.price as

select
    s.scenario_id,
    p.year,
    p.index_share_per_year,
    p.soft_cost_share,
    p.contingency_share,
    p.connection_fixed_cost_cad,
    p.connection_cost_cad_per_kw,
    p.three_phase_kw_min,
    p.transformer_cost_cad,
    p.line_cost_cad_per_m,
    p.distance_assumed_m,
    p.distance_step_m,
    p.equipment_resale_share,
    coalesce(p.equipment_life_year, 'infinity') as equipment_life_year,
    p.resale_share_unknown_age
from model.scenario as s
join plan.scenario_price as p on p.scenario_id = s.scenario_id;

comment on view model.price is 'Prices that do not depend on the charger type, and the year that all prices are of.';
comment on column model.price.scenario_id is 'The scenario.';
comment on column model.price.year is 'Calendar year that the prices are of.';
comment on column model.price.index_share_per_year is 'By how much prices rise in a year.';
comment on column model.price.soft_cost_share is 'Design, permits, supervision, as a share of equipment, installation and connection.';
comment on column model.price.contingency_share is 'Reserve, as a share of all of these, soft cost included.';
comment on column model.price.connection_fixed_cost_cad is 'Paid where power is added.';
comment on column model.price.connection_cost_cad_per_kw is 'For each kW added.';
comment on column model.price.three_phase_kw_min is 'A site of more than this needs three-phase supply and a transformer.';
comment on column model.price.transformer_cost_cad is 'The transformer, once for a site.';
comment on column model.price.line_cost_cad_per_m is 'Line to the nearest three-phase supply.';
comment on column model.price.distance_assumed_m is 'Length of that line where the distance is not known.';
comment on column model.price.distance_step_m is 'The length is rounded up to a multiple of this.';
comment on column model.price.equipment_resale_share is 'Share of its price that new equipment brings.';
comment on column model.price.equipment_life_year is 'Age at which equipment brings nothing; infinity where its price never falls.';
comment on column model.price.resale_share_unknown_age is 'Share of its price that equipment of unknown age brings.';
