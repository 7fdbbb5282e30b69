-- needs: model.scenario, plan.scenario, plan.scenario_coincidence, analysis.measured_coincidence
-- grain: one row per (scenario_id, port_count)

create view model.coincidence as

-- Records of the region tell of as many ports as they have. For more, the curve of the scenario goes on: with no larger share than
-- was measured, and no fewer ports busy at once.
with last as (
    select port_count, busy_share from analysis.measured_coincidence order by port_count desc limit 1
),

chosen as (
    select c.scenario_id, c.port_count,
        case when l.port_count is null then c.share
            else greatest(least(c.share, l.busy_share), l.port_count * l.busy_share / c.port_count)
        end as share
    from plan.scenario_coincidence as c
    join plan.scenario as s using (scenario_id)
    left join last as l on s.coincidence_from = 'records'
    where l.port_count is null or c.port_count > l.port_count
    union all
    select s.scenario_id, m.port_count, m.busy_share
    from plan.scenario as s
    cross join analysis.measured_coincidence as m
    where s.coincidence_from = 'records'
),

-- between two points of the curve the ports that are busy at once are interpolated, not their share: these never fall
point as (
    select
        scenario_id,
        port_count,
        port_count * share as busy_count,
        lead(port_count) over curve as next_count,
        lead(port_count * share) over curve as next_busy_count
    from chosen
    window curve as (partition by scenario_id order by port_count)
)

select
    s.scenario_id,
    n.port_count,
    (p.busy_count + coalesce((p.next_busy_count - p.busy_count) * (n.port_count - p.port_count) / (p.next_count - p.port_count), 0))
        / n.port_count as share
from model.scenario as s
join point as p on p.scenario_id = s.scenario_id
cross join lateral generate_series(p.port_count, coalesce(p.next_count - 1, p.port_count)) as n (port_count);

comment on view model.coincidence is 'Share of the power of ports that meets the peak of the grid, by their number; that of the last row for more.';
comment on column model.coincidence.scenario_id is 'The scenario.';
comment on column model.coincidence.port_count is 'Ports together, from 1 to the last point of the curve.';
comment on column model.coincidence.share is 'Most of them that are busy at once, as a share.';
