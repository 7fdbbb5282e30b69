-- needs: model.level_limit, model.rule, model.demand_level
-- grain: one row per (scenario_id, level, node_id)

create table model.overlap_node as

with covered as (
    select
        d.scenario_id,
        d.level,
        d.demand_id,
        d.open_site_ids,
        greatest(l.overlap_station_count_max, d.before_site_count) - d.always_site_count as station_count_max
    from model.level_limit as l
    join model.rule as u on u.scenario_id = l.scenario_id and u.rule = 'max_overlap'
    join model.demand_level as d on d.scenario_id = l.scenario_id and d.level = l.level
    where l.overlap_station_count_max is not null
),

node as not materialized (
    select
        scenario_id, level, min(demand_id) as node_id, open_site_ids as site_ids,
        cardinality(open_site_ids) as site_count,
        min(station_count_max)::integer as station_count_max
    from covered
    where cardinality(open_site_ids) > station_count_max
    group by scenario_id, level, open_site_ids
),

-- the sites of each node as bits, which many pairs of nodes are compared by quickly
placed as not materialized (
    select n.scenario_id, n.level, n.node_id, (dense_rank() over (partition by n.scenario_id, n.level order by s.site_id) - 1)::integer as place
    from node as n
    cross join unnest(n.site_ids) as s (site_id)
),

width as (
    select scenario_id, level, repeat('0', max(place) + 1)::bit varying as no_site
    from placed
    group by scenario_id, level
),

site_set as not materialized (
    select p.scenario_id, p.level, p.node_id, bit_or(set_bit(w.no_site, p.place, 1)) as sites
    from placed as p
    join width as w on w.scenario_id = p.scenario_id and w.level = p.level
    group by p.scenario_id, p.level, p.node_id
),

compared as not materialized (
    select n.scenario_id, n.level, n.node_id, n.site_ids, n.site_count, n.station_count_max, s.sites
    from node as n
    join site_set as s on s.scenario_id = n.scenario_id and s.level = n.level and s.node_id = n.node_id
)

select n.scenario_id, n.level, n.node_id, n.site_ids, n.station_count_max
from compared as n
-- A node cannot have too many unless another one has: all stations that may cover both and, beside them, each site of its own
-- are within its limit. Equal sites are one node, so of two nodes one at most implies the other.
where not exists (
    select
    from compared as o
    where o.scenario_id = n.scenario_id and o.level = n.level and o.node_id <> n.node_id
        and o.station_count_max <= n.station_count_max
        and o.station_count_max + n.site_count - bit_count(o.sites & n.sites) <= n.station_count_max
);

comment on table model.overlap_node is
    'Demand that more stations of a level could cover than may, merged where the same sites may change; nodes that hold wherever others do are no rows.';
comment on column model.overlap_node.scenario_id is 'The scenario.';
comment on column model.overlap_node.level is 'The level.';
comment on column model.overlap_node.node_id is 'Lowest demand_id of the node.';
comment on column model.overlap_node.site_ids is 'Sites within the service distance where the level may come or go.';
comment on column model.overlap_node.station_count_max is 'How many of these may have it: the limit, or as many as cover the node before, less those that always do.';
