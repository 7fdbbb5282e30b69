-- needs: model.scenario, model.offered_charger, plan.scenario, plan.scenario_coincidence, analysis.measured_coincidence
-- grain: one row per (scenario_id, port_count)

create view model.coincidence as

-- levels on offer, in the plans that a scenario continues too
with offered as (
    select distinct scenario_id, level from model.offered_charger
),

-- a curve for each level where records are followed, else one for all
curve as (
    select s.scenario_id, coalesce(o.level, '') as level
    from model.scenario as s
    join plan.scenario as p using (scenario_id)
    left join offered as o on o.scenario_id = s.scenario_id and p.coincidence_from = 'records'
),

-- Records of the region tell of as many ports as they have. For more, and for a level that they lack, the curve of the scenario goes on:
-- with no larger share than was measured, and no fewer ports busy at once.
last as (
    select distinct on (level) level, port_count, busy_share from analysis.measured_coincidence order by level, port_count desc
),

chosen as (
    select k.scenario_id, k.level, c.port_count,
        case when l.port_count is null then c.share
            else greatest(least(c.share, l.busy_share), l.port_count * l.busy_share / c.port_count)
        end as share
    from curve as k
    join plan.scenario_coincidence as c using (scenario_id)
    left join last as l on l.level = k.level
    where l.port_count is null or c.port_count > l.port_count
    union all
    select k.scenario_id, k.level, m.port_count, m.busy_share
    from curve as k
    join analysis.measured_coincidence as m using (level)
),

-- between two points of the curve the ports that are busy at once are interpolated, not their share: these never fall; after the last
-- one the share stays
point as (
    select
        scenario_id,
        port_count,
        port_count * share as busy_count,
        lead(port_count) over curve as next_count,
        lead(port_count * share) over curve as next_busy_count,
        max(port_count) over (partition by scenario_id) as most_count
    from chosen
    window curve as (partition by scenario_id, level order by port_count)
)

-- A node feeds ports of all levels, whose mix is for the plan to choose. Power P of ports of different kW varies no more than that of P / kW
-- ports of the strongest kind, each busy as those of the busiest level: the largest share of the levels holds for every mix.
select
    p.scenario_id,
    n.port_count,
    max(
        case
            when p.next_count is null then p.busy_count / p.port_count
            else (p.busy_count + (p.next_busy_count - p.busy_count) * (n.port_count - p.port_count) / (p.next_count - p.port_count)) / n.port_count
        end
    ) as share
from point as p
cross join lateral generate_series(p.port_count, coalesce(p.next_count - 1, p.most_count)) as n (port_count)
group by p.scenario_id, n.port_count;

comment on view model.coincidence is 'Share of the power of ports that meets the peak of the grid, by their number: the largest of the levels on offer; that of the last row for more.';
comment on column model.coincidence.scenario_id is 'The scenario.';
comment on column model.coincidence.port_count is 'Ports together, from 1 to the last point of the curves.';
comment on column model.coincidence.share is 'Most of them that are busy at once, as a share.';
