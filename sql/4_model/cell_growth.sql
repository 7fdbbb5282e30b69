-- needs: model.session_scenario, model.area_growth, core.cell_postal_area, core.postal_area, core.demand_cell,
--   analysis.people_growth, plan.scenario_phase
-- grain: one row per (scenario_id, phase, cell_id)

create table model.cell_growth as

with part as (
    select s.scenario_id, p.phase, c.cell_id, a.postal_area_key,
        coalesce(a.ev_count * a.inside_share * m.share, 0) as ev_count,
        coalesce(r.people_factor, 1) as people_factor
    from model.session_scenario as s
    join plan.scenario_phase as p on p.scenario_id = s.scenario_id
    cross join core.demand_cell as c
    left join core.cell_postal_area as m on m.cell_id = c.cell_id
    left join core.postal_area as a on a.postal_area_key = m.postal_area_key
    left join analysis.people_growth as r on r.planning_area_id = c.planning_area_id and r.year = p.year
),

-- counts of vehicles grow with the people already: within a postal area people only say which of its cells grow more
moved as (
    select p.*,
        case when p.postal_area_key is null then 1
            else p.people_factor * sum(p.ev_count) over area / nullif(sum(p.ev_count * p.people_factor) over area, 0)
        end as moved_factor
    from part as p
    window area as (
        partition by p.scenario_id, p.phase, p.postal_area_key
        order by p.cell_id rows between unbounded preceding and unbounded following
    )
)

select
    m.scenario_id, m.phase, m.cell_id,
    coalesce(
        sum(m.ev_count * m.moved_factor * f.growth_factor order by m.postal_area_key) / nullif(sum(m.ev_count order by m.postal_area_key), 0),
        -- vehicles that follow from the people grow with them
        max(m.people_factor * f.growth_factor)
    ) as growth_factor
from moved as m
join model.area_growth as f
    on f.scenario_id = m.scenario_id and f.phase = m.phase and f.postal_area_key = coalesce(m.postal_area_key, '')
group by m.scenario_id, m.phase, m.cell_id;

comment on table model.cell_growth is 'How many times the vehicles of each cell grow until the end of the year of a phase.';
comment on column model.cell_growth.scenario_id is 'The scenario.';
comment on column model.cell_growth.phase is 'The phase.';
comment on column model.cell_growth.cell_id is 'The cell: core.demand_cell.';
comment on column model.cell_growth.growth_factor is
    'Vehicles then over those of the count: the growth of its postal area, more where its planning area gains people faster than the others that share it.';
