-- needs: model.site_option, model.layout_price, model.option_price, model.site_obstacle, model.site_room, model.phase_money
-- grain: rows: one per option that builds, phase, obstacle and level that it bars

create function model.barred_option(scenario bigint)
returns table (
    option_id text, phase integer, obstacle text, level text, site_id integer, other_site_id integer, grid_node_id integer,
    allowed double precision, found double precision
)
-- strict: a query calls it as it is, with one scenario
language sql stable strict
begin atomic
    with build as materialized (
        select o.option_id, o.site_id, p.phase, o.levels, o.added_kw, p.capex_cad - p.grant_cad - p.resale_cad as net_cad
        from model.site_option as o
        -- not model.option_price, which goes through all options again
        join model.layout_price as p
            on p.scenario_id = o.scenario_id and p.price_class = o.price_class and p.layout_before = o.layout_before and p.action = o.action
            and p.layout_after = o.layout_after and p.phase = any (o.phases)
        where o.scenario_id = barred_option.scenario and o.action = 'build'
    ),

    -- the most that changes bring which cost less than nothing
    returned as (
        select coalesce(sum(s.returned_cad), 0) as returned_cad
        from (
            select p.site_id, max(p.grant_cad + p.resale_cad - p.capex_cad) as returned_cad
            from model.option_price as p
            where p.scenario_id = barred_option.scenario and p.grant_cad + p.resale_cad > p.capex_cad
            group by p.site_id
        ) as s
    )

    select b.option_id, b.phase, o.obstacle, o.level, b.site_id, o.other_site_id, null::integer as grid_node_id, o.allowed, o.found
    from build as b
    join model.site_obstacle as o on o.site_id = b.site_id and coalesce(o.level = any (b.levels), true)
    where o.scenario_id = barred_option.scenario

    union all

    select b.option_id, b.phase, 'grid', null, b.site_id, null, r.grid_node_id, r.room_kw, b.added_kw
    from build as b
    join model.site_room as r on r.site_id = b.site_id
    where r.scenario_id = barred_option.scenario and b.added_kw > r.room_kw + 1e-6

    union all

    select b.option_id, b.phase, 'budget', null, b.site_id, null, null, m.money_cad, b.net_cad
    from build as b
    join model.phase_money as m on m.scenario_id = barred_option.scenario and m.phase = b.phase
    cross join returned as r
    where b.net_cad > m.money_cad + r.returned_cad + 1e-2;
end;

comment on function model.barred_option is
    'Stations that no plan of a scenario builds, whatever else it does, each with all that stands in the way: area, spacing, gap or overlap (model.site_obstacle), grid (less room than it connects) or budget (more than there is to spend). Allowed and found are stations, metres, kW connected or CAD.';
