-- needs: audit.audited_run, audit.plan_part, plan.scenario_phase, plan.scenario_grid_upgrade, plan.grid_upgrade, core.grid_area
-- grain: one row per (run_id, subject)

create view audit.figure_grid_upgrade as

with bought as (
    select
        b.run_id, b.grid_area_id, b.step, b.phase,
        (
            select count(*) from audit.plan_part as p
            join plan.grid_upgrade as e on e.run_id = p.part_run_id
            where p.run_id = b.run_id and e.grid_area_id = b.grid_area_id and e.step = b.step
        ) as purchase_count,
        case
            when a.grid_area_id is null then 'which the data does not have'
            when q.step is null then 'which the scenario does not offer'
            when f.phase is null then 'in a phase that the scenario does not have'
            when abs(q.added_kw - b.added_kw) > 1e-6 then format('for %s kW; it adds %s', b.added_kw, q.added_kw)
            when abs(q.cost_cad - b.cost_cad) > 0.01 then format('for %s %s; it costs %s', b.cost_cad, r.currency, q.cost_cad)
        end as fault
    from audit.audited_run as r
    join plan.grid_upgrade as b on b.run_id = r.run_id
    left join core.grid_area as a on a.grid_area_id = b.grid_area_id
    left join plan.scenario_phase as f on f.scenario_id = r.scenario_id and f.phase = b.phase
    left join plan.scenario_grid_upgrade as q on q.scenario_id = r.scenario_id and q.step = b.step
)

select
    run_id, format('grid area %s, step %s, phase %s', grid_area_id, step, phase) as subject,
    1::double precision as expected, 0::double precision as found,
    format('The plan buys step %s of grid area %s %s.', step, grid_area_id, fault) as message
from bought
where fault is not null

union all

select run_id, format('grid area %s, step %s', grid_area_id, step), 1, max(purchase_count),
    format('Step %s of grid area %s is bought %s times.', step, grid_area_id, max(purchase_count))
from bought
where purchase_count > 1
group by run_id, grid_area_id, step;

comment on view audit.figure_grid_upgrade is 'Grid upgrades that a plan buys twice, that are not offered, or at another price.';
comment on column audit.figure_grid_upgrade.run_id is 'The run.';
comment on column audit.figure_grid_upgrade.subject is 'The grid area and step.';
comment on column audit.figure_grid_upgrade.expected is '1: as often as a step may be bought, or a purchase that is possible.';
comment on column audit.figure_grid_upgrade.found is 'Purchases of the step; 0 for one that is not possible.';
comment on column audit.figure_grid_upgrade.message is 'The violation in words.';
