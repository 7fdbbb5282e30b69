-- needs: model.scenario, model.rule
-- grain: one row per (scenario_id)

create view model.site_limit as

select
    s.scenario_id,
    case when r.rule is null then 'infinity' else s.site_power_limit_kw end as power_kw_max,
    coalesce(s.site_capex_limit_cad, 'infinity') as capex_cad_max
from model.scenario as s
left join model.rule as r on r.scenario_id = s.scenario_id and r.rule = 'site_power';

comment on view model.site_limit is 'What may be connected and spent at a site; infinity where nothing limits it.';
comment on column model.site_limit.scenario_id is 'The scenario.';
comment on column model.site_limit.power_kw_max is 'Most power of its ports.';
comment on column model.site_limit.capex_cad_max is 'Highest capital cost.';
