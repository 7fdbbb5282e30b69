-- needs: model.site_option, model.needless_option, model.lock
-- grain: one row per (scenario_id, option_id): those of model.site_option worth deciding about

create view model.efficient_option as

select
    o.scenario_id, o.option_id, o.site_id, o.action, o.layout_before, o.layout_after, o.levels, o.phases,
    o.price_class, o.opex_change_cad_per_year, o.is_evc_eligible, o.peak_kw, o.added_kw
from model.site_option as o
-- a lock may name any option, or forbid the one that makes others needless
where o.is_efficient and not exists (
        select from model.needless_option as n where n.scenario_id = o.scenario_id and n.option_id = o.option_id
    )
    or o.site_id in (select l.site_id from model.lock as l where l.scenario_id = o.scenario_id);

comment on view model.efficient_option is 'Options without those that another option of the same site makes needless; locked sites have all.';
comment on column model.efficient_option.scenario_id is 'The scenario.';
comment on column model.efficient_option.option_id is 'The option: model.site_option.';
comment on column model.efficient_option.site_id is 'The site.';
comment on column model.efficient_option.action is 'keep, expand, upgrade, build or remove.';
comment on column model.efficient_option.layout_before is 'Ports before: model.layout_port.';
comment on column model.efficient_option.layout_after is 'Ports afterwards.';
comment on column model.efficient_option.levels is 'Charger levels a driver finds there afterwards.';
comment on column model.efficient_option.phases is 'Phases that allow it.';
comment on column model.efficient_option.price_class is 'The price class of the site: model.price_class.';
comment on column model.efficient_option.opex_change_cad_per_year is 'Change of the running cost.';
comment on column model.efficient_option.is_evc_eligible is 'The station may have the rate for charging afterwards.';
comment on column model.efficient_option.peak_kw is 'Power of all ports afterwards.';
comment on column model.efficient_option.added_kw is 'Change of the connected power.';
