-- needs: model.scenario, model.demand, model.covering_pair, model.l3_site
-- grain: one row per (scenario_id, group_id)

create view model.double_coverage_group as

with reached as (
    select
        d.scenario_id,
        d.demand_id,
        d.weight_share,
        greatest(2 - count(*) filter (where s.is_present_always), 0)::integer as missing_count,
        coalesce(array_agg(s.site_id order by s.site_id) filter (where not s.is_present_always), '{}') as site_ids
    from model.scenario as n
    join model.demand as d on d.scenario_id = n.scenario_id
    join model.covering_pair as r on r.scenario_id = d.scenario_id and r.demand_id = d.demand_id and r.level = 'L3'
    join model.l3_site as s on s.scenario_id = r.scenario_id and s.site_id = r.site_id
    group by d.scenario_id, d.demand_id, d.weight_share
)

select
    g.scenario_id,
    min(g.demand_id) as group_id,
    g.site_ids,
    g.missing_count,
    sum(g.weight_share) as weight_share
from (
    select
        scenario_id, demand_id, weight_share, missing_count,
        case when missing_count > 0 then site_ids else '{}' end as site_ids
    from reached
    where missing_count <= cardinality(site_ids)
        or missing_count = 0
) as g
group by g.scenario_id, g.site_ids, g.missing_count;

comment on view model.double_coverage_group is 'Demands that two L3 stations reach or could reach, merged where the same sites may come or go; others never have a double_coverage.';
comment on column model.double_coverage_group.scenario_id is 'The scenario.';
comment on column model.double_coverage_group.group_id is 'Lowest demand_id of the group.';
comment on column model.double_coverage_group.site_ids is 'Sites within reach where L3 may come or go; empty where two stations always stay.';
comment on column model.double_coverage_group.missing_count is 'How many of these must have L3 for a double_coverage: 0, 1 or 2.';
comment on column model.double_coverage_group.weight_share is 'Weight of the group.';
