-- needs: plan.run, plan.idle_action, model.scenario
-- grain: one row per (run_id, action)

create view report.idle_action as

select
    f.run_id,
    f.action,
    f.reason,
    f.site_count,
    f.affordable_count,
    f.net_cad_min,
    f.money_cad_max
from plan.idle_action as f
join plan.run as r on r.run_id = f.run_id
join model.scenario as s on s.scenario_id = r.scenario_id;

comment on view report.idle_action is 'Why a plan that changes nothing does so, for each action that its scenario allows.';
comment on column report.idle_action.run_id is 'The run.';
comment on column report.idle_action.action is 'expand, upgrade, build or remove.';
comment on column report.idle_action.reason is 'The limit that leaves no site: no_site, owner, no_change, site_power, site_price, level, lock, grid, budget; worth where sites are left.';
comment on column report.idle_action.site_count is 'Sites where such an action could stand at all.';
comment on column report.idle_action.affordable_count is 'Sites left by all limits of a single change.';
comment on column report.idle_action.net_cad_min is 'Price of the cheapest change that the limits besides money leave, less grants and resale, CAD.';
comment on column report.idle_action.money_cad_max is 'The most that a phase may spend, CAD; null for no limit.';
