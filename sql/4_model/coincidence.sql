-- needs: model.scenario, plan.scenario_coincidence
-- grain: one row per (scenario_id, port_count)

create view model.coincidence as

-- between two points of the curve the ports that are busy at once are interpolated, not their share: these never fall
with point as (
    select
        c.scenario_id,
        c.port_count,
        c.port_count * c.share as busy_count,
        lead(c.port_count) over (partition by c.scenario_id order by c.port_count) as next_count,
        lead(c.port_count * c.share) over (partition by c.scenario_id order by c.port_count) as next_busy_count
    from plan.scenario_coincidence as c
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
