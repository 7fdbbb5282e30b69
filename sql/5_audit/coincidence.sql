-- needs: plan.scenario_coincidence
-- grain: one row per (scenario_id, port_count)

create view audit.coincidence as

select
    m.scenario_id,
    n.port_count,
    case
        when b.port_count > a.port_count then
            (a.port_count * a.share * (b.port_count - n.port_count) + b.port_count * b.share * (n.port_count - a.port_count))
            / (b.port_count - a.port_count) / n.port_count
        else a.share
    end as share
from (select scenario_id, max(port_count) as port_count from plan.scenario_coincidence group by scenario_id) as m
cross join lateral generate_series(1, m.port_count) as n (port_count)
cross join lateral (
    select c.port_count, c.share from plan.scenario_coincidence as c
    where c.scenario_id = m.scenario_id and c.port_count <= n.port_count
    order by c.port_count desc
    limit 1
) as a
cross join lateral (
    select c.port_count, c.share from plan.scenario_coincidence as c
    where c.scenario_id = m.scenario_id and c.port_count >= n.port_count
    order by c.port_count
    limit 1
) as b;

comment on view audit.coincidence is 'The curve of a scenario for every number of ports up to its last point; of more the share is that of the last.';
comment on column audit.coincidence.scenario_id is 'The scenario.';
comment on column audit.coincidence.port_count is 'Ports together.';
comment on column audit.coincidence.share is 'Share of their power that meets the peak of the grid.';
