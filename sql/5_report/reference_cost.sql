-- needs: report.latest_run, core.reference_plan_station, model.tariff, plan.decision
-- grain: one row per (run_id, plan)

create view report.reference_cost as

with change as (
    select
        l.run_id, l.scenario_id, 'published' as plan,
        p.l2_port_count_before, p.l2_port_count_after, p.l3_port_count_before, p.l3_port_count_after
    from report.latest_run as l
    cross join core.reference_plan_station as p
    where l.demand_kind = 'reference_point'

    union all

    select
        l.run_id, l.scenario_id, 'ours',
        d.l2_port_count_before, d.l2_port_count_after, d.l3_port_count_before, d.l3_port_count_after
    from report.latest_run as l
    join plan.decision as d on d.run_id = l.run_id
    where l.demand_kind = 'reference_point'
)

select
    c.run_id,
    c.plan,
    sum(
        greatest(c.l2_port_count_after - c.l2_port_count_before, 0) * t.l2_port_cost_cad
        + greatest(c.l3_port_count_after - c.l3_port_count_before, 0) * t.l3_port_cost_cad
        + case when c.l2_port_count_before = 0 and c.l2_port_count_after > 0 then t.l2_station_cost_cad else 0 end
        + case when c.l3_port_count_before = 0 and c.l3_port_count_after > 0 then t.l3_station_cost_cad else 0 end
    ) as capex_cad,
    t.resale_factor * sum(
        greatest(c.l2_port_count_before - c.l2_port_count_after, 0) * t.l2_port_cost_cad
        + greatest(c.l3_port_count_before - c.l3_port_count_after, 0) * t.l3_port_cost_cad
        + case when c.l2_port_count_before > 0 and c.l2_port_count_after = 0 then t.l2_station_cost_cad else 0 end
        + case when c.l3_port_count_before > 0 and c.l3_port_count_after = 0 then t.l3_station_cost_cad else 0 end
    ) as resale_cad
from change as c
join model.tariff as t on t.scenario_id = c.scenario_id
group by c.run_id, c.plan, t.resale_factor;

comment on view report.reference_cost is 'Cost of a published plan and of ours, at the same prices and with resale of what really goes.';
comment on column report.reference_cost.run_id is 'Our run, whose prices both plans are measured with.';
comment on column report.reference_cost.plan is 'published or ours.';
comment on column report.reference_cost.capex_cad is 'Capital cost, gross.';
comment on column report.reference_cost.resale_cad is 'What removed equipment brings.';
