-- needs: model.overlap_set
-- grain: one row per (scenario_id, level, node_id)

create table model.overlap_node as

-- A bit for each site, which many sites share: what a node has and another has not is no less than its bits that the other has not.
with member as (
    select
        n.scenario_id, n.level, n.node_id, n.station_count_max, u.site_id,
        bit_or(set_bit(repeat('0', 512)::bit varying, u.site_id % 512, 1)) over (partition by n.scenario_id, n.level, n.node_id) as signature,
        count(*) over (partition by n.scenario_id, n.level, u.site_id) as node_count
    from model.overlap_set as n
    cross join unnest(n.site_ids) as u (site_id)
),

ranked as (
    select *, row_number() over (partition by scenario_id, level, node_id order by node_count, site_id) as rarity
    from member
),

-- Nodes of a site are compared with each other, in joins that no wrong guess at the number of rows can spoil.
site as (
    select
        scenario_id, level, site_id,
        array_agg(node_id) as node_ids,
        array_agg(station_count_max) as station_counts_max,
        array_agg(signature) as signatures,
        -- no two limits differ by more than the greater one
        array_agg(node_id) filter (where rarity <= station_count_max + 1) as rare_node_ids,
        array_agg(station_count_max) filter (where rarity <= station_count_max + 1) as rare_station_counts_max,
        array_agg(signature) filter (where rarity <= station_count_max + 1) as rare_signatures,
        array_agg(rarity) filter (where rarity <= station_count_max + 1) as rarities
    from ranked
    group by scenario_id, level, site_id
),

-- A node cannot have too many unless another one has: all stations that may cover the other and, beside them, each site that it
-- has alone are within its limit. No more sites than the limits differ by are its own then, and of one site more than that the
-- other has one: of its rarest, so that few nodes are looked at. Equal sites are one node, so of two one at most implies the other.
likely as (
    select s.scenario_id, s.level, n.node_id, o.node_id as other_node_id
    from site as s
    cross join unnest(s.rare_node_ids, s.rare_station_counts_max, s.rare_signatures, s.rarities)
        as n (node_id, station_count_max, signature, rarity)
    cross join unnest(s.node_ids, s.station_counts_max, s.signatures) as o (node_id, station_count_max, signature)
    where o.node_id <> n.node_id
        and n.rarity <= n.station_count_max - o.station_count_max + 1
        and bit_count(n.signature & ~o.signature) <= n.station_count_max - o.station_count_max
    group by s.scenario_id, s.level, n.node_id, o.node_id
),

judged as (
    select scenario_id, level, node_id, false as is_implied
    from model.overlap_set
    union all
    select l.scenario_id, l.level, l.node_id, true
    from likely as l
    join model.overlap_set as n on n.scenario_id = l.scenario_id and n.level = l.level and n.node_id = l.node_id
    join model.overlap_set as o on o.scenario_id = l.scenario_id and o.level = l.level and o.node_id = l.other_node_id
    where cardinality(array(select unnest(n.site_ids) except select unnest(o.site_ids))) <= n.station_count_max - o.station_count_max
),

needed as (
    select scenario_id, level, node_id
    from judged
    group by scenario_id, level, node_id
    having not bool_or(is_implied)
)

select n.scenario_id, n.level, n.node_id, n.site_ids, n.station_count_max
from needed
join model.overlap_set as n using (scenario_id, level, node_id);

comment on table model.overlap_node is
    'Demand that more stations of a level could cover than may, merged where the same sites may change; nodes that hold wherever others do are no rows.';
comment on column model.overlap_node.scenario_id is 'The scenario.';
comment on column model.overlap_node.level is 'The level.';
comment on column model.overlap_node.node_id is 'Lowest demand_id of the node.';
comment on column model.overlap_node.site_ids is 'Sites within the service distance where the level may come or go.';
comment on column model.overlap_node.station_count_max is 'How many of these may have it: the limit, or as many as cover the node before, less those that always do.';
