-- needs: model.level_limit, model.rule, model.demand, model.covering_pair, model.level_site
-- grain: one row per (scenario_id, level, node_id)

create view model.overlap_node as

with covered as (
    select
        r.scenario_id,
        r.level,
        r.demand_id,
        array_agg(s.site_id order by s.site_id) filter (where not s.is_present_always) as site_ids,
        greatest(l.overlap_station_count_max, count(*) filter (where s.is_present_before))
            - count(*) filter (where s.is_present_always) as station_count_max
    from model.level_limit as l
    join model.rule as u on u.scenario_id = l.scenario_id and u.rule = 'max_overlap'
    join model.covering_pair as r on r.scenario_id = l.scenario_id and r.level = l.level
    join model.demand as d on d.scenario_id = r.scenario_id and d.demand_id = r.demand_id
    join model.level_site as s on s.scenario_id = r.scenario_id and s.level = r.level and s.site_id = r.site_id
    where l.overlap_station_count_max is not null
    group by r.scenario_id, r.level, r.demand_id, l.overlap_station_count_max
)

select scenario_id, level, min(demand_id) as node_id, site_ids, min(station_count_max)::integer as station_count_max
from covered
where cardinality(site_ids) > station_count_max
group by scenario_id, level, site_ids;

comment on view model.overlap_node is 'Demand that more stations of a level could cover than may, merged where the same sites may change.';
comment on column model.overlap_node.scenario_id is 'The scenario.';
comment on column model.overlap_node.level is 'The level.';
comment on column model.overlap_node.node_id is 'Lowest demand_id of the node.';
comment on column model.overlap_node.site_ids is 'Sites within the service distance where the level may come or go.';
comment on column model.overlap_node.station_count_max is 'How many of these may have it: the limit, or as many as cover the node before, less those that always do.';
