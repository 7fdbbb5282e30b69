-- needs: audit.audited_run, audit.plan_part, audit.decision_price, plan.run, plan.scenario, plan.scenario_charger, plan.scenario_phase,
--   plan.decision_port, plan.grid_upgrade, plan.scenario_grid_upgrade, core.site_grid_node, analysis.grid_node_capacity
-- grain: one row per (run_id, phase, grid_node_id)

create view audit.grid_load as

-- what the plans that it continues have built counts as phase 0, at the port power of their own scenarios
with power as not materialized (
    select w.run_id, w.phase, c.grid_node_id, w.added_kw
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
    join core.site_grid_node as c on c.site_id = w.site_id
),

-- grid upgrades, those of earlier plans as phase 0, as their own scenarios offered them; the node of a station is its area
bought as not materialized (
    select a.run_id, b.grid_area_id as grid_node_id, case when p.generation = 0 then b.phase else 0 end as phase, q.added_kw
    from audit.audited_run as a
    join audit.plan_part as p on p.run_id = a.run_id
    join plan.run as r on r.run_id = p.part_run_id
    join plan.grid_upgrade as b on b.run_id = r.run_id
    join plan.scenario_grid_upgrade as q on q.scenario_id = r.scenario_id and q.step = b.step
),

summed as not materialized (
    select
        c.run_id, f.phase, c.grid_node_id,
        sum(c.power_kw) filter (where c.phase > 0) as added_kw, sum(c.power_kw) filter (where c.phase = 0) as earlier_kw,
        sum(c.bought_kw) filter (where c.phase > 0) as bought_kw, sum(c.bought_kw) filter (where c.phase = 0) as bought_earlier_kw
    from (
        select run_id, phase, grid_node_id, added_kw as power_kw, null::double precision as bought_kw from power
        union all
        select run_id, phase, grid_node_id, null, added_kw from bought
    ) as c
    join audit.audited_run as a on a.run_id = c.run_id
    join plan.scenario_phase as f on f.scenario_id = a.scenario_id and f.phase >= c.phase
    group by c.run_id, f.phase, c.grid_node_id
)

select
    a.run_id, f.phase, g.grid_node_id,
    n.coincidence_factor * coalesce(w.added_kw, 0) as added_kw,
    greatest(
        g.remaining_kw * n.hosting_capacity_factor - n.coincidence_factor * coalesce(w.earlier_kw, 0)
            + coalesce(w.bought_earlier_kw, 0), 0
    ) as remaining_kw,
    coalesce(w.bought_kw, 0) as grid_upgrade_kw
from audit.audited_run as a
join plan.scenario as n on n.scenario_id = a.scenario_id
join plan.scenario_phase as f on f.scenario_id = a.scenario_id
cross join analysis.grid_node_capacity as g
left join summed as w on w.run_id = a.run_id and w.phase = f.phase and w.grid_node_id = g.grid_node_id;

comment on view audit.grid_load is 'Power that a plan adds on each feeder, station and supply by the end of each phase, and what it can take.';
comment on column audit.grid_load.run_id is 'The run.';
comment on column audit.grid_load.phase is 'The phase, at its end.';
comment on column audit.grid_load.grid_node_id is 'The node of the grid.';
comment on column audit.grid_load.added_kw is 'Power added since the start of the plan, times coincidence.';
comment on column audit.grid_load.remaining_kw is 'Power that may be added, after the plans that it continues.';
comment on column audit.grid_load.grid_upgrade_kw is 'Power that grid upgrades add to that.';
