-- needs: model.level_limit, model.rule, model.demand_level
-- grain: one row per (scenario_id, level, node_id)

create table model.overlap_set as

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
)

select scenario_id, level, min(demand_id) as node_id, open_site_ids as site_ids, min(station_count_max)::integer as station_count_max
from covered
where cardinality(open_site_ids) > station_count_max
group by scenario_id, level, open_site_ids;

comment on table model.overlap_set is 'Demand that more stations of a level could cover than may, merged where the same sites may change.';
comment on column model.overlap_set.scenario_id is 'The scenario.';
comment on column model.overlap_set.level is 'The level.';
comment on column model.overlap_set.node_id is 'Lowest demand_id of the node.';
comment on column model.overlap_set.site_ids is 'Sites within the service distance where the level may come or go.';
comment on column model.overlap_set.station_count_max is 'How many of these may have it: the limit, or as many as cover the node before, less those that always do.';
