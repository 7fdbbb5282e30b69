-- needs: report.published_run, report.plan_port, core.site_grid_node, core.grid_node, plan.grid_load, model.coincidence, model.charger_hour,
--   analysis.grid_node_capacity
-- grain: one row per (run_id, grid_node_id, hour)

create view report.grid_hour as

with hour_share as materialized (
    select
        scenario_id, charger_type, hour, is_measured,
        energy_share / max(energy_share) over (partition by scenario_id, charger_type) as load_share
    from model.charger_hour
),

port as (
    select
        r.run_id, r.scenario_id, n.grid_node_id, p.charger_type, sum(p.port_count_before) as port_count_before,
        sum(p.port_kw * p.port_count_before) as kw_before, sum(p.port_kw * (p.port_count_after - p.port_count_before)) as kw_added
    from report.published_run as r
    join report.plan_port as p using (run_id)
    join core.site_grid_node as n using (site_id)
    group by r.run_id, r.scenario_id, n.grid_node_id, p.charger_type
),

-- each type draws most in its busiest hour, and in the others as much less as less energy flows
shape as (
    select
        p.run_id, p.scenario_id, p.grid_node_id, h.hour, sum(p.port_count_before) as port_count_before, sum(p.kw_before) as kw_before,
        sum(p.kw_before * h.load_share) as shape_before, sum(p.kw_added * h.load_share) as shape_added,
        coalesce(bool_and(h.is_measured) filter (where p.kw_before <> 0 or p.kw_added <> 0), false) as is_measured
    from port as p
    join hour_share as h on h.scenario_id = p.scenario_id and h.charger_type = p.charger_type
    group by p.run_id, p.scenario_id, p.grid_node_id, h.hour
),

-- worked out once, not anew for each node and hour
curve as materialized (
    select scenario_id, port_count, min(share) over (partition by scenario_id order by port_count) as share
    from model.coincidence
    where scenario_id in (select scenario_id from report.published_run)
),

-- the curve has each number of ports between these
span as (
    select scenario_id, min(port_count) as least_count, max(port_count) as most_count from curve group by scenario_id
),

capacity as materialized (
    select grid_node_id, is_assumed from analysis.grid_node_capacity
),

-- the highest hour of what is added is what the rule counts, and that of what stands is what the curve of coincidence has for its ports
drawn as (
    select
        s.run_id, s.grid_node_id, s.hour, s.is_measured, l.phase, l.remaining_kw, l.grid_upgrade_kw,
        coalesce(c.share * s.kw_before * s.shape_before / nullif(max(s.shape_before) over node, 0), 0) as today_kw,
        -- what is taken away draws least where it drew most; where types that come and go cancel out, the day is flat
        coalesce(l.added_kw * s.shape_added / case
            when l.added_kw > 0 then nullif(greatest(max(s.shape_added) over node, 0), 0)
            when l.added_kw < 0 then nullif(least(min(s.shape_added) over node, 0), 0)
        end, l.added_kw) as added_kw
    from shape as s
    join plan.grid_load as l on l.run_id = s.run_id and l.grid_node_id = s.grid_node_id
        and l.phase = (select max(e.phase) from plan.grid_load as e where e.run_id = s.run_id)
    left join span as b on b.scenario_id = s.scenario_id
    left join curve as c on c.scenario_id = s.scenario_id
        and c.port_count = greatest(least(s.port_count_before, b.most_count), b.least_count)
    window node as (partition by s.run_id, s.grid_node_id)
)

select
    (d.run_id * 1000000 + d.grid_node_id) * 24 + d.hour as grid_hour_id,
    d.run_id,
    d.phase,
    d.grid_node_id,
    n.kind as grid_kind,
    n.name,
    d.hour,
    d.today_kw,
    d.added_kw,
    d.today_kw + d.added_kw as plan_kw,
    d.remaining_kw,
    d.grid_upgrade_kw,
    d.remaining_kw + d.grid_upgrade_kw as room_kw,
    row_number() over (partition by d.run_id, d.grid_node_id order by round(abs(d.added_kw)::numeric, 6) desc, d.hour) = 1 as is_peak,
    d.is_measured,
    -- joined, the capacities would be gone through for each row, as few rows are expected; so they are hashed
    case
        when d.grid_node_id in (select k.grid_node_id from capacity as k where k.is_assumed) then true
        when d.grid_node_id in (select k.grid_node_id from capacity as k where not k.is_assumed) then false
    end as is_assumed
from drawn as d
join core.grid_node as n using (grid_node_id);

comment on view report.grid_hour is 'Load of charging on a working day by hour, on each feeder, station and supply: before a published plan and at its end, beside the power that is left there.';
comment on column report.grid_hour.grid_hour_id is 'Key for GIS clients: run, node and hour.';
comment on column report.grid_hour.run_id is 'The run.';
comment on column report.grid_hour.phase is 'Last phase of the plan.';
comment on column report.grid_hour.grid_node_id is 'The node of the grid: report.grid_node.';
comment on column report.grid_hour.grid_kind is 'feeder, station or supply.';
comment on column report.grid_hour.name is 'Its name.';
comment on column report.grid_hour.hour is 'Hour of the day, from 0, local: Monday to Friday.';
comment on column report.grid_hour.today_kw is 'What the ports of before the plan draw, those of stations that it counts or may change; the highest hour is their power times the share of the curve of coincidence.';
comment on column report.grid_hour.added_kw is 'What the plan adds; the highest hour is what the rule of the grid counts, report.grid_load.added_kw. Below zero where it takes away.';
comment on column report.grid_hour.plan_kw is 'Both together.';
comment on column report.grid_hour.remaining_kw is 'Power that could be added to all that draws there today.';
comment on column report.grid_hour.grid_upgrade_kw is 'Power that grid upgrades of the plan add to that.';
comment on column report.grid_hour.room_kw is 'Both: what the added load has to fit in.';
comment on column report.grid_hour.is_peak is 'The hour in which the plan changes the load most, the first of equals.';
comment on column report.grid_hour.is_measured is 'True when the hours of all its ports follow session records of the region; else hours are assumed: analysis.assumed_hour.';
comment on column report.grid_hour.is_assumed is 'True when the power that is left is assumed.';
