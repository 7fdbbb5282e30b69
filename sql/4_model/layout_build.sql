-- needs: model.scenario, model.site_limit, model.charger, model.port_choice, plan.scenario_phase
-- grain: one row per (scenario_id, layout)

create view model.layout_build as

-- Level by level, one charger type of each at most. What is too strong or too dear, or what no phase offers together, does
-- not become less so by another level: it is a row, so that it can be told why nothing is built, but is not built upon.
select s.scenario_id, b.layout
from model.scenario as s
join model.site_limit as m on m.scenario_id = s.scenario_id
cross join lateral (
    with recursive built as (
        select
            '' as layout, null::integer as level_rank, 0::double precision as peak_kw, 0::double precision as capex_cad,
            array(
                select p.phase from plan.scenario_phase as p where p.scenario_id = s.scenario_id and 'build' = any (p.actions)
            ) as phases

        union all

        select
            concat_ws('+', nullif(b.layout, ''), n.charger_type || '=' || n.port_count),
            n.level_rank,
            b.peak_kw + n.port_count * c.port_kw,
            b.capex_cad + c.station_cost_cad + n.port_count * c.port_cost_cad,
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
