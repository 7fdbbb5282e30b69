-- needs: model.site_price, model.phase, model.price
-- grain: one row per (scenario_id, price_class, phase)

create view model.price_class as

select
    k.scenario_id, k.price_class, f.phase, k.line_m, f.price_factor,
    case
        when not k.is_owned then 0
        when k.resale_year is null then p.resale_share_unknown_age
        else p.equipment_resale_share * greatest(1 - greatest(f.year - k.resale_year, 0) / p.equipment_life_year, 0)
    end as resale_share
from (
    select distinct s.scenario_id, s.price_class, s.line_m, s.resale_year, s.is_owned from model.site_price as s
) as k
join model.phase as f on f.scenario_id = k.scenario_id
join model.price as p on p.scenario_id = k.scenario_id;

comment on view model.price_class is 'Sites that pay the same for the same works, and what they pay in each phase.';
comment on column model.price_class.scenario_id is 'The scenario.';
comment on column model.price_class.price_class is 'Number of the class.';
comment on column model.price_class.phase is 'The phase.';
comment on column model.price_class.line_m is 'Length of a line to the nearest three-phase supply that is paid for.';
comment on column model.price_class.price_factor is 'Prices of the phase against those that the scenario states.';
comment on column model.price_class.resale_share is 'Share of its price that equipment brings which is taken away.';
