-- needs: model.scenario, model.ancestor, plan.scenario_grid_upgrade, plan.grid_upgrade, core.grid_area
-- grain: one row per (scenario_id, grid_area_id, step)

create view model.grid_step as

-- what a plan that the scenario continues has bought is not for sale again
select s.scenario_id, g.grid_area_id, q.step, q.added_kw, q.cost_cad
from model.scenario as s
join plan.scenario_grid_upgrade as q on q.scenario_id = s.scenario_id
cross join core.grid_area as g
where not exists (
    select from model.ancestor as a
    join plan.grid_upgrade as b on b.run_id = a.run_id
    where a.scenario_id = s.scenario_id and b.grid_area_id = g.grid_area_id and b.step = q.step
);

comment on view model.grid_step is 'Grid upgrades that grid areas may still have, each once.';
comment on column model.grid_step.scenario_id is 'The scenario.';
comment on column model.grid_step.grid_area_id is 'The grid area: core.grid_area.';
comment on column model.grid_step.step is 'Number of the step.';
comment on column model.grid_step.added_kw is 'Power that it adds to the hosting capacity.';
comment on column model.grid_step.cost_cad is 'Its price.';
