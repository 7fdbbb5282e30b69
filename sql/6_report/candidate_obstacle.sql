-- needs: plan.run, model.scenario, plan.site_bound, plan.scenario_removal, model.site_price, model.layout_change, model.layout_cost, model.site_limit,
--   model.barred_option, core.site, core.site_exclusion, core.planning_area, core.grid_node, analysis.candidate_score
-- grain: one row per (run_id, site_id, obstacle, level); level is null where it stands in the way of all

create view report.candidate_obstacle as

with published as not materialized (
    select r.run_id, r.scenario_id
    from plan.run as r
    join model.scenario as n on n.scenario_id = r.scenario_id
    where r.publication = 'published'
),

refused as not materialized (
    select r.run_id, r.scenario_id, b.site_id, b.refusal
    from published as r
    join plan.site_bound as b on b.run_id = r.run_id and b.is_candidate and b.refusal is not null
),

-- of each station that might be offered there, the first that stands in its way
barred as not materialized (
    select
        r.run_id, o.site_id, o.obstacle, o.level, o.other_site_id, o.grid_node_id, o.allowed, o.found,
        rank() over (
            partition by r.run_id, o.option_id, o.phase
            order by array_position(array['area', 'spacing', 'gap', 'overlap', 'grid', 'budget'], o.obstacle)
        ) as place
    from published as r
    cross join lateral model.barred_option(r.scenario_id) as o
    join plan.site_bound as b on b.run_id = r.run_id and b.site_id = o.site_id and b.is_candidate and b.refusal = 'limit'
),

-- where not even a single site may have such a station
unoffered as not materialized (
    select
        f.run_id, f.site_id, case when not a.is_in_phase then 'charger' when not a.is_in_power then 'power' else 'price' end as obstacle,
        case when a.is_in_phase then case when a.is_in_power then m.capex_cad_max else m.power_kw_max end end as allowed,
        case when a.is_in_phase then case when a.is_in_power then a.capex_cad else a.peak_kw end end as found
    from refused as f
    join model.site_price as p on p.scenario_id = f.scenario_id and p.site_id = f.site_id
    join model.site_limit as m on m.scenario_id = f.scenario_id
    cross join lateral (
        select
            coalesce(bool_or(c.is_in_phase), false) as is_in_phase, coalesce(bool_or(c.is_in_phase and c.is_in_power), false) as is_in_power,
            min(c.peak_kw) filter (where c.is_in_phase) as peak_kw,
            min(k.capex_cad) filter (where c.is_in_phase and c.is_in_power) as capex_cad
        from model.layout_change as c
        left join model.layout_cost as k
            on k.scenario_id = c.scenario_id and k.price_class = c.price_class and k.layout_before = c.layout_before and k.action = c.action
            and k.layout_after = c.layout_after
        where c.scenario_id = f.scenario_id and c.price_class = p.price_class and c.action = 'build'
        having not coalesce(bool_or(c.is_on_offer), false)
    ) as a
    where f.refusal = 'limit'
),

found as not materialized (
    select f.run_id, f.site_id, f.refusal as obstacle, null::text as level, null::integer as other_site_id, null::integer as grid_node_id,
        null::double precision as allowed, null::double precision as found
    from refused as f
    where f.refusal not in ('limit', 'score')
    union all
    select f.run_id, f.site_id, 'score', null, null, null, q.candidate_score_min, k.score
    from refused as f
    join plan.scenario_removal as q on q.scenario_id = f.scenario_id
    left join analysis.candidate_score as k on k.site_id = f.site_id
    where f.refusal = 'score'
    union all
    select run_id, site_id, obstacle, null, null, null, allowed, found
    from unoffered
    union all
    select run_id, site_id, obstacle, level, min(other_site_id), min(grid_node_id), max(allowed), min(found)
    from barred
    where place = 1
    group by run_id, site_id, obstacle, level
)

select
    f.run_id,
    f.site_id,
    f.obstacle,
    f.level,
    f.other_site_id,
    coalesce(o.name, g.name, case f.obstacle when 'exclusion' then x.name when 'area' then a.name end) as name,
    f.allowed,
    f.found
from found as f
join core.site as s on s.site_id = f.site_id
left join core.site as o on o.site_id = f.other_site_id
left join core.grid_node as g on g.grid_node_id = f.grid_node_id
left join core.site_exclusion as x on x.site_id = f.site_id
left join core.planning_area as a on a.planning_area_id = s.planning_area_id;

comment on view report.candidate_obstacle is 'Why no plan under the rules of a published one builds at a candidate: each that bars some station there; together they bar all.';
comment on column report.candidate_obstacle.run_id is 'The run.';
comment on column report.candidate_obstacle.site_id is 'The candidate.';
comment on column report.candidate_obstacle.obstacle is
    'exclusion, score, junction, action or lock (report.candidate_bound); charger (no phase offers what makes a station), power or price (of a single site); area, spacing, gap, overlap, grid or budget (model.barred_option).';
comment on column report.candidate_obstacle.level is 'The level that it keeps away; null for all.';
comment on column report.candidate_obstacle.other_site_id is 'The station that is too near.';
comment on column report.candidate_obstacle.name is 'Name of that station, of the part of the grid with least room, of the ground or of the planning area, untrusted text.';
comment on column report.candidate_obstacle.allowed is 'The limit: score, kW connected, CAD, stations or metres; null where there is nothing to measure.';
comment on column report.candidate_obstacle.found is 'What there is, or what the least station would take.';
