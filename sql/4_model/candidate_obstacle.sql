-- needs: plan.site_bound, plan.scenario_removal, model.site_price, model.layout_change, model.layout_cost, model.site_limit, model.barred_option,
--   analysis.candidate_score
-- grain: rows: one per candidate on which a run may build nothing, and obstacle and level that bars some station there

create function model.candidate_obstacle(run bigint, scenario bigint)
returns table (
    site_id integer, obstacle text, level text, other_site_id integer, grid_node_id integer, allowed double precision, found double precision
)
-- strict: a query calls it as it is, with one run
language sql stable strict
begin atomic
    with refused as (
        select b.site_id, b.refusal
        from plan.site_bound as b
        where b.run_id = candidate_obstacle.run and b.is_candidate and b.refusal is not null
    ),

    -- of each station that might be offered there, the first that stands in its way
    barred as (
        select
            o.site_id, o.obstacle, o.level, o.other_site_id, o.grid_node_id, o.allowed, o.found,
            rank() over (
                partition by o.option_id, o.phase
                order by array_position(array['area', 'spacing', 'gap', 'overlap', 'grid', 'budget'], o.obstacle)
            ) as place
        from model.barred_option(candidate_obstacle.scenario) as o
        join refused as f on f.site_id = o.site_id and f.refusal = 'limit'
    ),

    unoffered as (
        select
            f.site_id, case when not a.is_in_phase then 'charger' when not a.is_in_power then 'power' else 'price' end as obstacle,
            case when a.is_in_phase then case when a.is_in_power then m.capex_cad_max else m.power_kw_max end end as allowed,
            case when a.is_in_phase then case when a.is_in_power then a.capex_cad else a.peak_kw end end as found
        from refused as f
        join model.site_price as p on p.scenario_id = candidate_obstacle.scenario and p.site_id = f.site_id
        join model.site_limit as m on m.scenario_id = candidate_obstacle.scenario
        cross join lateral (
            select
                coalesce(bool_or(c.is_in_phase), false) as is_in_phase, coalesce(bool_or(c.is_in_phase and c.is_in_power), false) as is_in_power,
                min(c.peak_kw) filter (where c.is_in_phase) as peak_kw,
                min(k.capex_cad) filter (where c.is_in_phase and c.is_in_power) as capex_cad
            from model.layout_change as c
            left join model.layout_cost as k
                on k.scenario_id = c.scenario_id and k.price_class = c.price_class and k.layout_before = c.layout_before and k.action = c.action
                and k.layout_after = c.layout_after
            where c.scenario_id = candidate_obstacle.scenario and c.price_class = p.price_class and c.action = 'build'
            having not coalesce(bool_or(c.is_on_offer), false)
        ) as a
        where f.refusal = 'limit'
    )

    select f.site_id, f.refusal as obstacle, null::text as level, null::integer as other_site_id, null::integer as grid_node_id,
        null::double precision as allowed, null::double precision as found
    from refused as f
    where f.refusal not in ('limit', 'score')

    union all

    select f.site_id, 'score', null, null, null, q.candidate_score_min, k.score
    from refused as f
    join plan.scenario_removal as q on q.scenario_id = candidate_obstacle.scenario
    left join analysis.candidate_score as k on k.site_id = f.site_id
    where f.refusal = 'score'

    union all

    select u.site_id, u.obstacle, null, null, null, u.allowed, u.found
    from unoffered as u

    union all

    select b.site_id, b.obstacle, b.level, min(b.other_site_id), min(b.grid_node_id), max(b.allowed), min(b.found)
    from barred as b
    where b.place = 1
    group by b.site_id, b.obstacle, b.level;
end;

comment on function model.candidate_obstacle is
    'Why a run may build nothing at a candidate: exclusion, score, junction, action or lock (plan.site_bound); charger (no phase offers what makes a station), power or price (of a single site); area, spacing, gap, overlap, grid or budget (model.barred_option). Each bars some station there, together they bar all.';
