-- needs: model.level_limit, model.site_pair, model.level_site, model.rule
-- grain: one row per (scenario_id, level, site_id)

create view model.gap_neighbour as

with near as (
    select p.scenario_id, p.level, v.site_id, v.other_site_id
    from model.level_limit as l
    join model.rule as r on r.scenario_id = l.scenario_id and r.rule = 'max_gap'
    join model.site_pair as p on p.scenario_id = l.scenario_id and p.level = l.level and p.distance_m <= l.gap_max_m
    cross join lateral (values (p.site_id, p.other_site_id), (p.other_site_id, p.site_id)) as v (site_id, other_site_id)
),

neighbour as (
    select
        n.scenario_id,
        n.level,
        n.site_id,
        array_agg(b.site_id order by b.site_id) as site_ids,
        bool_or(b.is_present_before) as is_present_before,
        bool_or(b.is_present_always) as is_present_always
    from near as n
    join model.level_site as b on b.scenario_id = n.scenario_id and b.level = n.level and b.site_id = n.other_site_id
    group by n.scenario_id, n.level, n.site_id
)

select a.scenario_id, a.level, a.site_id, coalesce(n.site_ids, '{}') as neighbour_site_ids
from model.level_limit as l
join model.rule as r on r.scenario_id = l.scenario_id and r.rule = 'max_gap'
join model.level_site as a on a.scenario_id = l.scenario_id and a.level = l.level
left join neighbour as n on n.scenario_id = a.scenario_id and n.level = a.level and n.site_id = a.site_id
-- a neighbour that stays whatever is decided is enough for good; a station that is alone today may stay alone
where l.gap_max_m is not null
    and not coalesce(n.is_present_always, false)
    and (not a.is_present_before or coalesce(n.is_present_before, false));

comment on view model.gap_neighbour is 'Sites that may have a level only while another one within its gap_max_m has it; those that nothing can leave alone are no rows.';
comment on column model.gap_neighbour.scenario_id is 'The scenario.';
comment on column model.gap_neighbour.level is 'The level.';
comment on column model.gap_neighbour.site_id is 'The site.';
comment on column model.gap_neighbour.neighbour_site_ids is 'Sites within gap_max_m where the level stands or could stand; empty: it cannot come here.';
