-- needs: model.space_limit, model.rule, model.demand, model.covering_pair, model.l3_site
-- grain: one row per (scenario_id, group_id)

create view model.overlap_group as

with reached as (
    select
        r.scenario_id,
        r.demand_id,
        array_agg(s.site_id order by s.site_id) filter (where not s.is_present_always) as site_ids,
        greatest(l.overlap_station_count_max, count(*) filter (where s.is_present_before))
            - count(*) filter (where s.is_present_always) as station_count_max
    from model.space_limit as l
    join model.rule as u on u.scenario_id = l.scenario_id and u.rule = 'max_overlap'
    join model.covering_pair as r on r.scenario_id = l.scenario_id and r.level = 'L3'
    join model.demand as d on d.scenario_id = r.scenario_id and d.demand_id = r.demand_id
    join model.l3_site as s on s.scenario_id = r.scenario_id and s.site_id = r.site_id
    group by r.scenario_id, r.demand_id, l.overlap_station_count_max
)

select scenario_id, min(demand_id) as group_id, site_ids, min(station_count_max)::integer as station_count_max
from reached
where cardinality(site_ids) > station_count_max
group by scenario_id, site_ids;

comment on view model.overlap_group is 'Demands that more L3 stations could reach than may, merged where the same sites may change.';
comment on column model.overlap_group.scenario_id is 'The scenario.';
comment on column model.overlap_group.group_id is 'Lowest demand_id of the group.';
comment on column model.overlap_group.site_ids is 'Sites within reach where L3 may come or go.';
comment on column model.overlap_group.station_count_max is 'How many of these may have it: the limit, or as many as reach it before, less those that always do.';
