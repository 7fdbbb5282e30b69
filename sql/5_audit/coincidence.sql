-- needs: plan.run, plan.scenario, plan.scenario_phase, plan.scenario_charger, plan.scenario_coincidence, analysis.measured_coincidence
-- grain: one row per (scenario_id, port_count)

create view audit.coincidence as

with recursive line as (
    select scenario_id, scenario_id as own_id from plan.scenario
    union
    select l.scenario_id, r.scenario_id
    from line as l
    join plan.scenario as s on s.scenario_id = l.own_id
    join plan.run as r on r.run_id = s.base_run_id
),

-- the levels of what a scenario and those before it offer, each with its curve, where it follows the records of the region; else one curve
curve as (
    select distinct s.scenario_id, c.level
    from plan.scenario as s
    left join (
        line as l
        join plan.scenario_phase as f on f.scenario_id = l.own_id
        join plan.scenario_charger as c on c.scenario_id = f.scenario_id and c.charger_type = any (f.chargers)
    ) on l.scenario_id = s.scenario_id and s.coincidence_from = 'records'
),

-- the points on record, and of its own those of more ports, kept between the last share measured and the last number of ports busy at once
point as (
    select k.scenario_id, k.level, m.port_count, m.busy_share as share
    from curve as k
    join analysis.measured_coincidence as m on m.level = k.level
    union all
    select k.scenario_id, k.level, c.port_count, coalesce(
        (select greatest(least(m.busy_share, c.share), m.busy_share * m.port_count / c.port_count)
            from analysis.measured_coincidence as m
            where m.level = k.level and m.port_count = (select max(o.port_count) from analysis.measured_coincidence as o where o.level = k.level)),
        c.share
    )
    from curve as k
    join plan.scenario_coincidence as c on c.scenario_id = k.scenario_id
    where not exists (select from analysis.measured_coincidence as m where m.level = k.level and m.port_count >= c.port_count)
),

-- each point with the one after it, and with the most ports that any curve of the scenario speaks of
segment as (
    select
        p.scenario_id, p.port_count as from_count, p.share as from_share,
        lead(p.port_count) over w as to_count, lead(p.share) over w as to_share, max(p.port_count) over (partition by p.scenario_id) as most_count
    from point as p
    window w as (partition by p.scenario_id, p.level order by p.port_count)
)

select
    g.scenario_id,
    n.port_count,
    max(coalesce(
        (g.from_count * g.from_share * (g.to_count - n.port_count) + g.to_count * g.to_share * (n.port_count - g.from_count))
        / (g.to_count - g.from_count) / n.port_count,
        g.from_share
    )) as share
from segment as g
cross join lateral generate_series(g.from_count, coalesce(g.to_count - 1, g.most_count)) as n (port_count)
group by g.scenario_id, n.port_count;

comment on view audit.coincidence is 'The curve that a scenario follows for every number of ports up to its last point, the largest share of the levels on offer; of more the share is that of the last.';
comment on column audit.coincidence.scenario_id is 'The scenario.';
comment on column audit.coincidence.port_count is 'Ports together.';
comment on column audit.coincidence.share is 'Share of their power that meets the peak of the grid.';
