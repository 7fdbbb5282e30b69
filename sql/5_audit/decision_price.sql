-- needs: audit.audited_run, audit.site_before, plan.scenario, audit.level, plan.scenario_electricity, plan.decision
-- grain: one row per (decision_id)

create view audit.decision_price as

with changed as (
    select
        d.decision_id, d.run_id, r.scenario_id, d.phase, d.site_id, n.resale_factor,
        sum(greatest(k.after - k.before, 0) * l.port_cost_cad
            + (k.before = 0 and k.after > 0)::integer * l.station_cost_cad) as capex_cad,
        sum(greatest(k.before - k.after, 0) * l.port_cost_cad
            + (k.before > 0 and k.after = 0)::integer * l.station_cost_cad) as removed_cad,
        sum((k.after - k.before) * l.opex_cad_per_port_year) as port_opex_cad_per_year,
        max(k.after - k.before) filter (where l.level = 'L2') as l2_port_count_change,
        max(k.after - k.before) filter (where l.level = 'L3') as l3_port_count_change,
        array[sum(k.before * l.port_kw) filter (where l.level = 'L2'), sum(k.after * l.port_kw) filter (where l.level = 'L2')] as l2_kw,
        array[sum(k.before * l.port_kw) filter (where l.level = 'L3'), sum(k.after * l.port_kw) filter (where l.level = 'L3')] as l3_kw,
        array[sum(k.before * l.port_kw * l.utilisation_share), sum(k.after * l.port_kw * l.utilisation_share)] as busy_kw
    from plan.decision as d
    join audit.audited_run as r on r.run_id = d.run_id
    join plan.scenario as n on n.scenario_id = r.scenario_id
    join audit.level as l on l.scenario_id = r.scenario_id
    left join audit.site_before as s on s.run_id = r.run_id and s.site_id = d.site_id
    cross join lateral (
        select
            case l.level when 'L2' then coalesce(s.l2_port_count, 0) else coalesce(s.l3_port_count, 0) end as before,
            case l.level when 'L2' then d.l2_port_count_after else d.l3_port_count_after end as after
    ) as k
    group by d.decision_id, d.run_id, r.scenario_id, d.phase, d.site_id, n.resale_factor
)

select
    c.decision_id, c.run_id, c.scenario_id, c.phase, c.site_id, c.capex_cad,
    c.removed_cad * c.resale_factor as resale_cad,
    c.port_opex_cad_per_year + coalesce(t.charge_cad, 0) as opex_change_cad_per_year,
    c.l2_port_count_change, c.l3_port_count_change, c.l2_kw[2] + c.l3_kw[2] as peak_kw,
    c.l2_kw[2] - c.l2_kw[1] + c.l3_kw[2] - c.l3_kw[1] as added_kw
from changed as c
left join plan.scenario_electricity as e on e.scenario_id = c.scenario_id and e.is_transmission_charged
-- what the station pays for its peak afterwards (2) less what it paid before (1)
cross join lateral (
    select sum((2 * i - 3) * (c.l2_kw[i] + c.l3_kw[i]) * 12 * e.transmission_charge_cad_per_kw_month * case
        when e.is_evc_rate_offered and c.l3_kw[i] > 0 and c.l2_kw[i] <= c.l3_kw[i]
            and c.l2_kw[i] + c.l3_kw[i] >= e.evc_kw_min and c.l2_kw[i] + c.l3_kw[i] <= e.evc_kw_max
            and c.busy_kw[i] <= e.evc_load_factor_max * (c.l2_kw[i] + c.l3_kw[i])
        then e.evc_charge_share else 1 end) as charge_cad
    from generate_series(1, 2) as i
    where c.l2_kw[i] + c.l3_kw[i] >= e.demand_billed_kw_min
) as t;

comment on view audit.decision_price is 'What the ports of each decision come to by the prices of its scenario, worked out from the ports that stand there and those planned.';
comment on column audit.decision_price.decision_id is 'The decision.';
comment on column audit.decision_price.run_id is 'The run.';
comment on column audit.decision_price.scenario_id is 'The resolved scenario.';
comment on column audit.decision_price.phase is 'The phase of the project.';
comment on column audit.decision_price.site_id is 'The site.';
comment on column audit.decision_price.capex_cad is 'Capital cost, gross.';
comment on column audit.decision_price.resale_cad is 'What removed equipment brings.';
comment on column audit.decision_price.opex_change_cad_per_year is 'Change of the running cost, with the transmission charge where it is counted.';
comment on column audit.decision_price.l2_port_count_change is 'Change of the Level 2 ports.';
comment on column audit.decision_price.l3_port_count_change is 'Change of the Level 3 ports.';
comment on column audit.decision_price.peak_kw is 'Power of all ports afterwards.';
comment on column audit.decision_price.added_kw is 'Change of that power.';
