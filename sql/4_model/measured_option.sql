-- needs: model.site_option, model.needless_option, model.lock
-- grain: one row per (scenario_id, option_id)

create view model.measured_option as

select
    o.scenario_id, o.option_id, o.site_id, o.action, o.layout_before, o.layout_after, o.levels, o.phases,
    o.price_class, o.opex_change_cad_per_year, o.is_evc_eligible, o.peak_kw, o.added_kw
from model.needless_option as n
join model.site_option as o on o.scenario_id = n.scenario_id and o.option_id = n.option_id
where o.site_id not in (select l.site_id from model.lock as l where l.scenario_id = o.scenario_id);

comment on view model.measured_option is
    'Options that are needless where they are and not in model.efficient_option, but belong to what money and power are measured against.';
comment on column model.measured_option.scenario_id is 'The scenario.';
comment on column model.measured_option.option_id is 'The option: model.site_option.';
comment on column model.measured_option.site_id is 'The site.';
comment on column model.measured_option.action is 'keep, expand, upgrade, build or remove.';
comment on column model.measured_option.layout_before is 'Ports before: model.layout_port.';
comment on column model.measured_option.layout_after is 'Ports afterwards.';
comment on column model.measured_option.levels is 'Charger levels a driver finds there afterwards.';
comment on column model.measured_option.phases is 'Phases that allow it.';
comment on column model.measured_option.price_class is 'The price class of the site: model.price_class.';
comment on column model.measured_option.opex_change_cad_per_year is 'Change of the running cost.';
comment on column model.measured_option.is_evc_eligible is 'The station may have the rate for charging afterwards.';
comment on column model.measured_option.peak_kw is 'Power of all ports afterwards.';
comment on column model.measured_option.added_kw is 'Change of the connected power.';
