-- needs: audit.audited_run, audit.plan_part, audit.decision_price, plan.run, plan.scenario, plan.scenario_charger,
--   plan.scenario_phase, plan.decision_port, plan.grid_upgrade, plan.scenario_grid_upgrade, core.site, analysis.hosting_capacity
-- grain: one row per (run_id, phase, grid_area_id)

create view audit.grid_load as

-- what the plans that it continues have built counts as phase 0, at the port power of their own scenarios
with power as not materialized (
    select w.run_id, w.phase, c.grid_area_id, w.added_kw
    from (
        select d.run_id, d.phase, d.site_id, d.added_kw from audit.decision_price as d
        union all
        select p.run_id, 0, d.site_id, (d.port_count_after - d.port_count_before) * t.port_kw
        from audit.plan_part as p
        join plan.run as r on r.run_id = p.part_run_id
        join plan.decision_port as d on d.run_id = r.run_id
        join plan.scenario_charger as t on t.scenario_id = r.scenario_id and t.charger_type = d.charger_type
        where p.generation > 0
    ) as w
    join core.site as c on c.site_id = w.site_id
),

-- grid upgrades, those of earlier plans as phase 0, as their own scenarios offered them
bought as not materialized (
    select a.run_id, b.grid_area_id, case when p.generation = 0 then b.phase else 0 end as phase, q.added_kw
    from audit.audited_run as a
    join audit.plan_part as p on p.run_id = a.run_id
    join plan.run as r on r.run_id = p.part_run_id
    join plan.grid_upgrade as b on b.run_id = r.run_id
    join plan.scenario_grid_upgrade as q on q.scenario_id = r.scenario_id and q.step = b.step
)

select
    a.run_id, f.phase, g.grid_area_id,
    n.coincidence_factor * coalesce(w.added_kw, 0) as added_kw,
    greatest(
        g.remaining_kw * n.hosting_capacity_factor - n.coincidence_factor * coalesce(w.earlier_kw, 0) + coalesce(b.earlier_kw, 0), 0
    ) as remaining_kw,
    coalesce(b.added_kw, 0) as grid_upgrade_kw
from audit.audited_run as a
join plan.scenario as n on n.scenario_id = a.scenario_id
join plan.scenario_phase as f on f.scenario_id = a.scenario_id
cross join analysis.hosting_capacity as g
cross join lateral (
    select sum(p.added_kw) filter (where p.phase > 0) as added_kw, sum(p.added_kw) filter (where p.phase = 0) as earlier_kw
    from power as p where p.run_id = a.run_id and p.grid_area_id = g.grid_area_id and p.phase <= f.phase
) as w
cross join lateral (
    select sum(p.added_kw) filter (where p.phase > 0) as added_kw, sum(p.added_kw) filter (where p.phase = 0) as earlier_kw
    from bought as p where p.run_id = a.run_id and p.grid_area_id = g.grid_area_id and p.phase <= f.phase
) as b;

comment on view audit.grid_load is 'Power that a plan adds to each grid area by the end of each phase, and what the area can take.';
comment on column audit.grid_load.run_id is 'The run.';
comment on column audit.grid_load.phase is 'The phase, at its end.';
comment on column audit.grid_load.grid_area_id is 'The grid area.';
comment on column audit.grid_load.added_kw is 'Power added since the start of the plan, times coincidence.';
comment on column audit.grid_load.remaining_kw is 'Power that may be added, after the plans that it continues.';
comment on column audit.grid_load.grid_upgrade_kw is 'Power that grid upgrades add to that.';
