-- needs: model.scenario, model.ancestor, plan.decision, plan.grid_upgrade, analysis.hosting_capacity
-- grain: one row per (scenario_id, grid_area_id)

create view model.grid_area as

with earlier as (
    select a.scenario_id, d.grid_area_id, sum(d.added_kw) as added_kw
    from model.ancestor as a
    join plan.decision as d on d.run_id = a.run_id
    group by a.scenario_id, d.grid_area_id
),

bought as (
    select a.scenario_id, b.grid_area_id, sum(b.added_kw) as added_kw
    from model.ancestor as a
    join plan.grid_upgrade as b on b.run_id = a.run_id
    group by a.scenario_id, b.grid_area_id
)

select
    s.scenario_id,
    g.grid_area_id,
    greatest(
        g.remaining_kw * s.hosting_capacity_factor + coalesce(b.added_kw, 0) - s.coincidence_factor * coalesce(e.added_kw, 0), 0
    ) as remaining_kw,
    g.is_assumed,
    g.basis
from model.scenario as s
cross join analysis.hosting_capacity as g
left join earlier as e on e.scenario_id = s.scenario_id and e.grid_area_id = g.grid_area_id
left join bought as b on b.scenario_id = s.scenario_id and b.grid_area_id = g.grid_area_id;

comment on view model.grid_area is 'Power that may still be added in each grid area, after the plans that a scenario continues.';
comment on column model.grid_area.scenario_id is 'The scenario.';
comment on column model.grid_area.grid_area_id is 'The grid area: core.grid_area.';
comment on column model.grid_area.remaining_kw is 'Power that may be added, coincidence counted; 0 where the area is overloaded already.';
comment on column model.grid_area.is_assumed is 'True when the limit or the load is an assumption.';
comment on column model.grid_area.basis is 'Where the figure comes from.';
