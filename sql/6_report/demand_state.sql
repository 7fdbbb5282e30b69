-- needs: report.published_run, plan.demand_coverage
-- grain: one row per (run_id, level, demand_id)

create view report.demand_state as

select
    c.run_id,
    c.level,
    c.demand_id,
    bool_or(c.is_covered_before)::integer + coalesce(bit_or(1 << c.phase) filter (where c.is_covered_after), 0) as state
from report.published_run as p
join plan.demand_coverage as c using (run_id)
group by c.run_id, c.level, c.demand_id;

comment on view report.demand_state is 'Coverage of each demand (hexagon or point of a study) by level, phase by phase.';
comment on column report.demand_state.run_id is 'The run.';
comment on column report.demand_state.level is 'The level.';
comment on column report.demand_state.demand_id is 'Hexagon, or point of a study.';
comment on column report.demand_state.state is 'Bit 0 is set when the level covers it before the plan, bit t when it does at the end of phase t.';
