-- needs: report.plan_site, model.reach
-- grain: one row per (run_id, phase, level, demand_id); only what is covered before or after

create view report.plan_coverage as

select
    p.run_id,
    p.phase,
    k.level,
    r.demand_id,
    bool_or(k.port_count_before > 0) as is_covered_before,
    bool_or(k.port_count_after > 0) as is_covered_after
from report.plan_site as p
cross join lateral (
    values
        ('L2', p.l2_port_count_before, p.l2_port_count_after),
        ('L3', p.l3_port_count_before, p.l3_port_count_after)
) as k (level, port_count_before, port_count_after)
join model.reach as r on r.scenario_id = p.scenario_id and r.level = k.level and r.site_id = p.site_id
where k.port_count_before > 0 or k.port_count_after > 0
group by p.run_id, p.phase, k.level, r.demand_id;

comment on view report.plan_coverage is 'Who is covered, worked out from the ports of a plan and the distances alone.';
comment on column report.plan_coverage.run_id is 'The run.';
comment on column report.plan_coverage.phase is 'The phase, at its end.';
comment on column report.plan_coverage.level is 'L2 or L3.';
comment on column report.plan_coverage.demand_id is 'The demand: model.demand.';
comment on column report.plan_coverage.is_covered_before is 'A station with this level reached it before the plan.';
comment on column report.plan_coverage.is_covered_after is 'A station with this level reaches it at the end of the phase.';
