-- needs: audit.audited_run, audit.plan_part, audit.decision_price, audit.coincidence, core.site_port, plan.run, plan.scenario, plan.scenario_charger, plan.scenario_phase,
--   plan.decision_port, plan.grid_upgrade, plan.scenario_grid_upgrade, core.site_grid_node, analysis.grid_node_capacity
-- grain: one row per (run_id, phase, grid_node_id) of a sound plan

create table audit.grid_load as

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

-- ports that stand today, and those that the plans change
port as not materialized (
    select p.run_id, case when p.generation = 0 then d.phase else 0 end as phase, c.grid_node_id, d.port_count_after - d.port_count_before as port_count
    from audit.plan_part as p
    join plan.decision_port as d on d.run_id = p.part_run_id
    join core.site_grid_node as c on c.site_id = d.site_id
),

standing as (
    select c.grid_node_id, sum(p.port_count) as port_count
    from core.site_port as p
    join core.site_grid_node as c on c.site_id = p.site_id
    group by c.grid_node_id
),

strongest as not materialized (
    select p.run_id, max(c.port_kw) as port_kw
    from audit.plan_part as p
    join plan.run as r on r.run_id = p.part_run_id
    join plan.scenario_phase as f on f.scenario_id = r.scenario_id
    join plan.scenario_charger as c on c.scenario_id = f.scenario_id and c.charger_type = any (f.chargers)
    group by p.run_id
),

summed as not materialized (
    select
        c.run_id, f.phase, c.grid_node_id,
        sum(c.power_kw) filter (where c.phase > 0) as added_kw, sum(c.power_kw) filter (where c.phase = 0) as earlier_kw,
        sum(c.bought_kw) filter (where c.phase > 0) as bought_kw, sum(c.bought_kw) filter (where c.phase = 0) as bought_earlier_kw,
        sum(c.port_count) as port_count
    from (
        select run_id, phase, grid_node_id, added_kw as power_kw, null::double precision as bought_kw, null::bigint as port_count from power
        union all
        select run_id, phase, grid_node_id, null, added_kw, null from bought
        union all
        select run_id, phase, grid_node_id, null, null, port_count from port
    ) as c
    join audit.audited_run as a on a.run_id = c.run_id
    join plan.scenario_phase as f on f.scenario_id = a.scenario_id and f.phase >= c.phase
    group by c.run_id, f.phase, c.grid_node_id
),

found as not materialized (
    select
        a.run_id, a.scenario_id, f.phase, g.grid_node_id, m.port_kw,
        coalesce(w.added_kw, 0) as added_kw, coalesce(w.earlier_kw, 0) as earlier_kw, coalesce(w.bought_kw, 0) as bought_kw,
        g.remaining_kw * n.hosting_capacity_factor + coalesce(w.bought_earlier_kw, 0) as room_kw,
        coalesce(s.port_count, 0) + coalesce(w.port_count, 0) as port_count
    from audit.audited_run as a
    join plan.scenario as n on n.scenario_id = a.scenario_id
    join plan.scenario_phase as f on f.scenario_id = a.scenario_id
    cross join analysis.grid_node_capacity as g
    left join strongest as m on m.run_id = a.run_id
    left join standing as s on s.grid_node_id = g.grid_node_id
    left join summed as w on w.run_id = a.run_id and w.phase = f.phase and w.grid_node_id = g.grid_node_id
)

select
    f.run_id, f.phase, f.grid_node_id,
    c.counted_share * f.added_kw as added_kw,
    greatest(f.room_kw - c.counted_share * f.earlier_kw, 0) as remaining_kw,
    f.bought_kw as grid_upgrade_kw,
    f.port_count::integer as port_count,
    c.port_share * f.added_kw as curve_kw,
    f.added_kw > 0 and c.port_share * (f.added_kw + f.earlier_kw) > f.room_kw + f.bought_kw + 1e-3 as is_over_curve
from found as f
cross join lateral (
    select
        coalesce(min(k.share) filter (where k.share * k.port_count * f.port_kw <= f.room_kw), max(k.share)) as counted_share,
        coalesce(min(k.share) filter (where k.port_count <= f.port_count), max(k.share)) as port_share
    from audit.coincidence as k
    where k.scenario_id = f.scenario_id
) as c;

comment on table audit.grid_load is 'Power that a plan adds on each feeder, station and supply by the end of each phase, and what it can take.';
comment on column audit.grid_load.run_id is 'The run.';
comment on column audit.grid_load.phase is 'The phase, at its end.';
comment on column audit.grid_load.grid_node_id is 'The node of the grid.';
comment on column audit.grid_load.added_kw is 'Power added since the start of the plan, times the share that the rule counts: that of the fewest ports that could fill the room.';
comment on column audit.grid_load.remaining_kw is 'Power that may be added, after the plans that it continues.';
comment on column audit.grid_load.grid_upgrade_kw is 'Power that grid upgrades add to that.';
comment on column audit.grid_load.port_count is 'Ports that draw from it then.';
comment on column audit.grid_load.curve_kw is 'Power added, times the share that the curve of coincidence has for these ports.';
comment on column audit.grid_load.is_over_curve is 'True where that, with what earlier plans added, is more than it can take.';
