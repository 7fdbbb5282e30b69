-- needs: model.scenario, model.site_limit, model.charger, model.port_choice, model.price, model.phase, plan.scenario_phase
-- grain: one row per (scenario_id, layout)

create view model.layout_build as

-- Level by level, one charger type of each at most. What is too strong or too dear, or what no phase offers together, does
-- not become less so by another level: it is a row, so that it can be told why nothing is built, but is not built upon. Dear
-- is what costs too much where no line is needed, in the cheapest phase.
select s.scenario_id, b.layout
from model.scenario as s
join model.site_limit as m on m.scenario_id = s.scenario_id
join model.price as e on e.scenario_id = s.scenario_id
cross join lateral (
    select (1 + e.soft_cost_share) * (1 + e.contingency_share) * min(p.price_factor) as price_factor
    from model.phase as p where p.scenario_id = s.scenario_id
) as f
cross join lateral (
    with recursive built as (
        select
            '' as layout, null::integer as level_rank, 0::double precision as peak_kw, f.price_factor * e.connection_fixed_cost_cad as capex_cad,
            array(
                select p.phase from plan.scenario_phase as p where p.scenario_id = s.scenario_id and 'build' = any (p.actions)
            ) as phases

        union all

        select
            concat_ws('+', nullif(b.layout, ''), n.charger_type || '=' || n.port_count),
            n.level_rank,
            b.peak_kw + n.port_count * c.port_kw,
            b.capex_cad + f.price_factor * (
                c.equipment_cost_cad_per_station + c.installation_cost_cad_per_station
                + n.port_count * (
                    c.equipment_cost_cad_per_port + c.installation_cost_cad_per_port + c.port_kw * e.connection_cost_cad_per_kw
                )
            ),
            array(select p from unnest(b.phases) as p where p = any (c.phases))
        from built as b
        join model.port_choice as n on n.scenario_id = s.scenario_id and n.is_enough_for_station
        join model.charger as c on c.scenario_id = s.scenario_id and c.charger_type = n.charger_type
        where (b.level_rank is null
                or n.level_rank > b.level_rank
                and b.peak_kw <= m.power_kw_max and b.capex_cad <= m.capex_cad_max and cardinality(b.phases) > 0)
    )

    select layout from built where layout <> ''
) as b;

comment on view model.layout_build is 'Layouts that a new station may have, and those that only its limits rule out.';
comment on column model.layout_build.scenario_id is 'The scenario.';
comment on column model.layout_build.layout is 'Its ports: model.layout_part.';
