-- needs: model.scenario, model.price, plan.scenario_phase
-- grain: one row per (scenario_id, phase)

create view model.phase as

select
    p.scenario_id, p.phase, p.year, p.title_en, p.title_fr, p.budget_cad, p.discount_factor, p.opex_limit_cad_per_year,
    (1 + c.index_share_per_year) ^ (p.year - c.year) as price_factor
from model.scenario as s
join plan.scenario_phase as p on p.scenario_id = s.scenario_id
join model.price as c on c.scenario_id = s.scenario_id;

comment on view model.phase is 'Phases with their money.';
comment on column model.phase.scenario_id is 'The scenario.';
comment on column model.phase.phase is 'Number of the phase, from 1.';
comment on column model.phase.year is 'Calendar year of its projects.';
comment on column model.phase.title_en is 'What the phase is for, in English.';
comment on column model.phase.title_fr is 'What the phase is for, in French.';
comment on column model.phase.budget_cad is 'Money for the phase.';
comment on column model.phase.opex_limit_cad_per_year is 'Most running cost that the plan may have added by its end; null for no limit.';
comment on column model.phase.discount_factor is 'Worth of coverage in this phase against the first.';
comment on column model.phase.price_factor is 'Prices of its year against those of the year that the scenario''s prices are of.';
