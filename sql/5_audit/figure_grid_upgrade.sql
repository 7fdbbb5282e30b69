-- needs: audit.audited_run, audit.plan_part, plan.scenario_phase, plan.scenario_grid_upgrade, plan.grid_upgrade, core.grid_area
-- grain: one row per (run_id, code, value)

create view audit.figure_grid_upgrade as

with bought as (
    select
        b.run_id, b.grid_area_id, b.step, b.phase,
        (
            select count(*) from audit.plan_part as p
            join plan.grid_upgrade as e on e.run_id = p.part_run_id
            where p.run_id = b.run_id and e.grid_area_id = b.grid_area_id and e.step = b.step
        ) as purchase_count,
        a.grid_area_id is null as is_area_unknown, q.step is null as is_step_unknown, f.phase is null as is_phase_unknown,
        q.added_kw as added_due_kw, b.added_kw, q.cost_cad as cost_due_cad, b.cost_cad
    from audit.audited_run as r
    join plan.grid_upgrade as b on b.run_id = r.run_id
    left join core.grid_area as a on a.grid_area_id = b.grid_area_id
    left join plan.scenario_phase as f on f.scenario_id = r.scenario_id and f.phase = b.phase
    left join plan.scenario_grid_upgrade as q on q.scenario_id = r.scenario_id and q.step = b.step
)

select
    b.run_id, v.code, jsonb_build_object('grid_area_id', b.grid_area_id, 'step', b.step, 'phase', b.phase) as value, v.expected, v.found
from bought as b
cross join lateral (
    select o.code, o.expected, o.found
    from (values
        (1, b.is_area_unknown, 'upgrade_area_unknown', 1, 0),
        (2, b.is_step_unknown, 'upgrade_not_offered', 1, 0),
        (3, b.is_phase_unknown, 'upgrade_phase_unknown', 1, 0),
        (4, abs(b.added_due_kw - b.added_kw) > 1e-6, 'upgrade_power', b.added_due_kw, b.added_kw),
        (5, abs(b.cost_due_cad - b.cost_cad) > 0.01, 'upgrade_cost', b.cost_due_cad, b.cost_cad)
    ) as o (priority, is_wrong, code, expected, found)
    where o.is_wrong
    order by o.priority limit 1
) as v

union all

select run_id, 'upgrade_purchases', jsonb_build_object('grid_area_id', grid_area_id, 'step', step), 1, max(purchase_count)
from bought
where purchase_count > 1
group by run_id, grid_area_id, step;

comment on view audit.figure_grid_upgrade is 'Grid upgrades that a plan buys twice, that are not offered, or at another price.';
comment on column audit.figure_grid_upgrade.run_id is 'The run.';
comment on column audit.figure_grid_upgrade.code is 'What is wrong: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.figure_grid_upgrade.value is 'The grid area and step, and the phase of the purchase: what the sentence takes beside expected and found.';
comment on column audit.figure_grid_upgrade.expected is 'Its power in kW or cost in CAD; 1 for as often as a step may be bought, or a purchase that is possible.';
comment on column audit.figure_grid_upgrade.found is 'What the plan says; purchases of the step; 0 for one that is not possible.';
