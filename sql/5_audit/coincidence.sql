-- needs: plan.scenario, plan.scenario_coincidence, analysis.measured_coincidence
-- grain: one row per (scenario_id, port_count)

create view audit.coincidence as

-- where a scenario follows the records of the region: their points, and of its own those of more ports, kept between the
-- last share measured and the last number of ports busy at once
with point as (
    select s.scenario_id, m.port_count, m.busy_share as share
    from plan.scenario as s
    join analysis.measured_coincidence as m on s.coincidence_from = 'records'
    union all
    select c.scenario_id, c.port_count, coalesce(
        (select greatest(least(m.busy_share, c.share), m.busy_share * m.port_count / c.port_count)
            from analysis.measured_coincidence as m
            where s.coincidence_from = 'records' and m.port_count = (select max(port_count) from analysis.measured_coincidence)),
        c.share
    )
    from plan.scenario_coincidence as c
    join plan.scenario as s on s.scenario_id = c.scenario_id
    where s.coincidence_from <> 'records'
        or not exists (select from analysis.measured_coincidence as m where m.port_count >= c.port_count)
)

select
    m.scenario_id,
    n.port_count,
    case
        when b.port_count > a.port_count then
            (a.port_count * a.share * (b.port_count - n.port_count) + b.port_count * b.share * (n.port_count - a.port_count))
            / (b.port_count - a.port_count) / n.port_count
        else a.share
    end as share
from (select scenario_id, max(port_count) as port_count from point group by scenario_id) as m
cross join lateral generate_series(1, m.port_count) as n (port_count)
cross join lateral (
    select c.port_count, c.share from point as c
    where c.scenario_id = m.scenario_id and c.port_count <= n.port_count
    order by c.port_count desc
    limit 1
) as a
cross join lateral (
    select c.port_count, c.share from point as c
    where c.scenario_id = m.scenario_id and c.port_count >= n.port_count
    order by c.port_count
    limit 1
) as b;

comment on view audit.coincidence is 'The curve that a scenario follows for every number of ports up to its last point; of more the share is that of the last.';
comment on column audit.coincidence.scenario_id is 'The scenario.';
comment on column audit.coincidence.port_count is 'Ports together.';
comment on column audit.coincidence.share is 'Share of their power that meets the peak of the grid.';
