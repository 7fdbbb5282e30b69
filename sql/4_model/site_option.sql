-- needs: model.priced_change, model.scenario, model.action_phase, plan.scenario_rule, model.usual_charger,
--   model.port_capacity_per_h
-- grain: one row per (scenario_id, option_id); each row but `keep` is one binary of the model and phase

create view model.site_option as

select
    c.scenario_id,
    c.site_id || ':' || c.action || ':' || c.l2_port_count_after || '+' || c.l3_port_count_after as option_id,
    c.site_id,
    c.action,
    array_remove(array[
        case when c.l2_port_count_after > 0 then 'L2' end,
        case when c.l3_port_count_after > 0 then 'L3' end
    ], null) as levels,
    p.phases,
    c.l2_port_count_before, c.l3_port_count_before, c.l2_port_count_after, c.l3_port_count_after,
    c.capex_cad, (select coalesce(sum(g), 0) from unnest(c.grants_cad) as g) as grant_cad, c.grants_cad, c.resale_cad,
    c.opex_change_cad_per_year, c.is_evc_eligible, c.peak_kw, c.added_kw,
    (
        select model.port_capacity_per_h(c.l2_port_count_after, l.session_min, l.wait_max_min, l.wait_probability_max)
        from model.usual_charger as l where l.scenario_id = c.scenario_id and l.level = 'L2'
    ) as l2_capacity_per_h,
    (
        select model.port_capacity_per_h(c.l3_port_count_after, l.session_min, l.wait_max_min, l.wait_probability_max)
        from model.usual_charger as l where l.scenario_id = c.scenario_id and l.level = 'L3'
    ) as l3_capacity_per_h
from model.priced_change as c
join model.scenario as s on s.scenario_id = c.scenario_id
join plan.scenario_rule as power on power.scenario_id = c.scenario_id and power.rule = 'site_power'
join model.action_phase as p
    on p.scenario_id = c.scenario_id
    and p.action = c.action
    and p.is_l2_new = (c.l2_port_count_after > c.l2_port_count_before)
    and p.is_l3_new = (c.l3_port_count_after > c.l3_port_count_before)
where c.action = 'keep'
    or (
        (not power.is_on or c.peak_kw <= s.site_power_limit_kw)
        and c.capex_cad <= coalesce(s.site_capex_limit_cad, 'infinity')
    );

comment on view model.site_option is 'What a scenario may do at each site; what breaks the limits of a single site is no row.';
comment on column model.site_option.scenario_id is 'The scenario.';
comment on column model.site_option.option_id is 'site:action:L2 ports+L3 ports afterwards.';
comment on column model.site_option.site_id is 'The site.';
comment on column model.site_option.action is 'keep, expand, upgrade, build or remove.';
comment on column model.site_option.levels is 'Charger levels a driver finds there afterwards.';
comment on column model.site_option.phases is 'Phases that allow it.';
comment on column model.site_option.l2_port_count_before is 'Level 2 ports before.';
comment on column model.site_option.l3_port_count_before is 'Level 3 ports before.';
comment on column model.site_option.l2_port_count_after is 'Level 2 ports afterwards.';
comment on column model.site_option.l3_port_count_after is 'Level 3 ports afterwards.';
comment on column model.site_option.capex_cad is 'Capital cost, gross.';
comment on column model.site_option.grant_cad is 'Grants of all programs, before the caps on whole applications.';
comment on column model.site_option.grants_cad is 'What each program of model.grant_program pays, in order of rank.';
comment on column model.site_option.is_evc_eligible is 'The station may have the rate for charging afterwards.';
comment on column model.site_option.resale_cad is 'What removed equipment brings.';
comment on column model.site_option.opex_change_cad_per_year is 'Change of the running cost.';
comment on column model.site_option.peak_kw is 'Power of all ports afterwards.';
comment on column model.site_option.added_kw is 'Change of the connected power.';
comment on column model.site_option.l2_capacity_per_h is 'Sessions per hour that its Level 2 ports serve within the accepted wait.';
comment on column model.site_option.l3_capacity_per_h is 'Sessions per hour that its Level 3 ports serve within the accepted wait.';
