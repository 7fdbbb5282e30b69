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
    select scenario_id, level, min(demand_id) as node_id, open_site_ids as site_ids, min(station_count_max)::integer as station_count_max
    from covered
    where cardinality(open_site_ids) > station_count_max
    group by scenario_id, level, open_site_ids
),

-- A bit for each site, which many sites share: what a node has and another has not is no less than its bits that the other has not.
signed as not materialized (
    select
        n.scenario_id, n.level, n.node_id,
        bit_or(set_bit(repeat('0', 512)::bit varying, (u.site_id % 512)::integer, 1)) as signature
    from node as n
    cross join unnest(n.site_ids) as u (site_id)
    group by n.scenario_id, n.level, n.node_id
),

member as not materialized (
    select
        n.scenario_id, n.level, n.node_id, n.station_count_max, s.signature, u.site_id,
        count(*) over (partition by n.scenario_id, n.level, u.site_id) as node_count
    from node as n
    join signed as s on s.scenario_id = n.scenario_id and s.level = n.level and s.node_id = n.node_id
    cross join unnest(n.site_ids) as u (site_id)
),

rare as not materialized (
    select *, row_number() over (partition by scenario_id, level, node_id order by node_count, site_id) as rarity
    from member
),

-- A node cannot have too many unless another one has: all stations that may cover the other and, beside them, each site that it
-- has alone are within its limit. No more sites than the limits differ by are its own then, and of one site more than that the
-- other has one: of its rarest, so that few nodes are looked at. Equal sites are one node, so of two one at most implies the other.
implied as (
    select distinct n.scenario_id, n.level, n.node_id
    from rare as r
    join member as m
        on m.scenario_id = r.scenario_id and m.level = r.level and m.site_id = r.site_id and m.node_id <> r.node_id
            and r.rarity <= r.station_count_max - m.station_count_max + 1
            and bit_count(r.signature & ~m.signature) <= r.station_count_max - m.station_count_max
    join node as n on n.scenario_id = r.scenario_id and n.level = r.level and n.node_id = r.node_id
    join node as o on o.scenario_id = m.scenario_id and o.level = m.level and o.node_id = m.node_id
    where r.rarity <= r.station_count_max + 1
        and cardinality(array(select unnest(n.site_ids) except select unnest(o.site_ids))) <= n.station_count_max - o.station_count_max
)

select n.scenario_id, n.level, n.node_id, n.site_ids, n.station_count_max
from node as n
where not exists (
    select from implied as i where i.scenario_id = n.scenario_id and i.level = n.level and i.node_id = n.node_id
);

comment on table model.overlap_node is
    'Demand that more stations of a level could cover than may, node where the same sites may change; nodes that hold wherever others do are no rows.';
comment on column model.overlap_node.scenario_id is 'The scenario.';
comment on column model.overlap_node.level is 'The level.';
comment on column model.overlap_node.node_id is 'Lowest demand_id of the node.';
comment on column model.overlap_node.site_ids is 'Sites within the service distance where the level may come or go.';
comment on column model.overlap_node.station_count_max is 'How many of these may have it: the limit, or as many as cover the node before, less those that always do.';
