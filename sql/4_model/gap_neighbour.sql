-- needs: model.level_limit, model.site_pair, model.level_site, model.rule
-- grain: one row per (scenario_id, level, site_id)

create table model.gap_neighbour as

with neighbour as (
    select
        p.scenario_id,
        p.level,
        v.site_id,
        array_agg(b.site_id order by b.site_id) as site_ids,
        bool_or(b.is_present_before) as is_present_before,
        bool_or(b.is_present_always) as is_present_always
    from model.site_pair as p
    cross join lateral (values (p.site_id, p.other_site_id), (p.other_site_id, p.site_id)) as v (site_id, other_site_id)
    join model.level_site as b on b.scenario_id = p.scenario_id and b.level = p.level and b.site_id = v.other_site_id
    where p.is_near_enough
    -- sorted by numbers before text
    group by p.scenario_id, v.site_id, p.level
)

select a.scenario_id, a.level, a.site_id, coalesce(n.site_ids, '{}') as neighbour_site_ids
from model.rule as r
join model.level_limit as l on l.scenario_id = r.scenario_id and l.gap_max_m is not null
join model.level_site as a on a.scenario_id = l.scenario_id and a.level = l.level
left join neighbour as n on n.scenario_id = a.scenario_id and n.level = a.level and n.site_id = a.site_id
where r.rule = 'max_gap'
    -- a neighbour that stays whatever is decided is enough for good; a station that is alone today may stay alone
    and not coalesce(n.is_present_always, false)
    and (not a.is_present_before or coalesce(n.is_present_before, false));

comment on table model.gap_neighbour is 'Sites that may have a level only while another one within its gap_max_m has it; those that nothing can leave alone are no rows.';
comment on column model.gap_neighbour.scenario_id is 'The scenario.';
comment on column model.gap_neighbour.level is 'The level.';
comment on column model.gap_neighbour.site_id is 'The site.';
comment on column model.gap_neighbour.neighbour_site_ids is 'Sites within gap_max_m where the level stands or could stand; empty: it cannot come here.';
