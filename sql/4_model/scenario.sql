-- needs: plan.scenario, core.region
-- grain: one row per (scenario_id)

create view model.scenario as

select
    s.scenario_id,
    s.name,
    s.base_run_id,
    s.demand_kind,
    s.distance_kind,
    s.site_power_limit_kw,
    s.site_capex_limit_cad,
    s.ports_retained_min,
    s.upgrade_kept_session_share,
    coalesce(s.grant_stack_share_max, 0) as grant_stack_share_max,
    coalesce(s.budget_carries_over, false) as is_budget_carried_over,
    s.is_session_counted,
    s.hosting_capacity_factor,
    s.mode,
    s.cost_limit_cad,
    s.money_scale_cad,
    s.publication_mip_gap_max
from plan.scenario as s
join core.region as g on g.load_id = s.load_id;

comment on view model.scenario is 'Scenarios of the load that the views show; those of other loads would mix two regions or two dates.';
comment on column model.scenario.scenario_id is 'Number of the resolved scenario.';
comment on column model.scenario.name is 'Name of the scenario file.';
comment on column model.scenario.base_run_id is 'The published run it continues from; null when it starts from today.';
comment on column model.scenario.demand_kind is 'cell or reference_point.';
comment on column model.scenario.distance_kind is 'road or straight_line.';
comment on column model.scenario.site_power_limit_kw is 'Connection limit of a site.';
comment on column model.scenario.site_capex_limit_cad is 'Highest capital cost at one site; null for none.';
comment on column model.scenario.ports_retained_min is 'Ports of each charger type of another level that an upgrade must retain.';
comment on column model.scenario.upgrade_kept_session_share is 'Share of the sessions that a station serves today which an upgrade must leave ports for, where sessions are counted.';
comment on column model.scenario.grant_stack_share_max is 'Most of a price that all grants together pay.';
comment on column model.scenario.is_budget_carried_over is 'Money that a phase leaves is there for the next.';
comment on column model.scenario.is_session_counted is 'Charging sessions are counted: a rule or a term of the objective speaks of them.';
comment on column model.scenario.hosting_capacity_factor is 'Factor on the hosting capacity of every grid area.';
comment on column model.scenario.mode is 'weighted or lexicographic.';
comment on column model.scenario.cost_limit_cad is 'Most net capital cost of all phases together; null for none.';
comment on column model.scenario.money_scale_cad is 'What the money terms are measured against; null for the budgets, or the network where they pay for nothing.';
comment on column model.scenario.publication_mip_gap_max is 'Widest MIP gap of a plan that is published.';
