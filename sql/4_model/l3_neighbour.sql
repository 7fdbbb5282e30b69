-- needs: model.space_limit, model.l3_pair, model.l3_site, model.rule
-- grain: one row per (scenario_id, site_id)

create view model.l3_neighbour as

with near as (
    select p.scenario_id, v.site_id, v.other_site_id
    from model.space_limit as l
    join model.rule as r on r.scenario_id = l.scenario_id and r.rule = 'l3_max_gap'
    join model.l3_pair as p on p.scenario_id = l.scenario_id and p.distance_m <= l.l3_gap_max_m
    cross join lateral (values (p.site_id, p.other_site_id), (p.other_site_id, p.site_id)) as v (site_id, other_site_id)
),

neighbour as (
    select
        n.scenario_id,
        n.site_id,
        array_agg(b.site_id order by b.site_id) as site_ids,
        bool_or(b.is_present_before) as is_present_before,
        bool_or(b.is_present_always) as is_present_always
    from near as n
    join model.l3_site as b on b.scenario_id = n.scenario_id and b.site_id = n.other_site_id
    group by n.scenario_id, n.site_id
)

select a.scenario_id, a.site_id, coalesce(n.site_ids, '{}') as neighbour_site_ids
from model.l3_site as a
join model.rule as r on r.scenario_id = a.scenario_id and r.rule = 'l3_max_gap'
left join neighbour as n on n.scenario_id = a.scenario_id and n.site_id = a.site_id
-- a neighbour that stays whatever is decided is enough for good; a station that is alone today may stay alone
where not coalesce(n.is_present_always, false)
    and (not a.is_present_before or coalesce(n.is_present_before, false));

comment on view model.l3_neighbour is 'Sites that may have L3 only while another one within l3_gap_max_m has it; those that nothing can leave alone are no rows.';
comment on column model.l3_neighbour.scenario_id is 'The scenario.';
comment on column model.l3_neighbour.site_id is 'The site.';
comment on column model.l3_neighbour.neighbour_site_ids is 'Sites within l3_gap_max_m where L3 stands or could stand; empty: no L3 here.';
