-- needs: audit.audited_run, audit.grid_load, plan.grid_load
-- grain: one row per (run_id, code, value)

create view audit.figure_grid_load as

select
    a.run_id, v.code, jsonb_build_object('grid_node_id', k.grid_node_id, 'phase', k.phase) as value, v.expected, v.found
from audit.audited_run as a
cross join lateral (
    select
        coalesce(e.grid_node_id, l.grid_node_id) as grid_node_id, coalesce(e.phase, l.phase) as phase,
        e.added_kw, e.remaining_kw, e.grid_upgrade_kw,
        l.added_kw as added_said_kw, l.remaining_kw as remaining_said_kw, l.grid_upgrade_kw as grid_upgrade_said_kw
    from (select * from audit.grid_load as g where g.run_id = a.run_id) as e
    full join (select * from plan.grid_load as g where g.run_id = a.run_id) as l
        on l.phase = e.phase and l.grid_node_id = e.grid_node_id
) as k
cross join lateral (values
    ('grid_added_power', k.added_kw, k.added_said_kw),
    ('grid_hosting_capacity', k.remaining_kw, k.remaining_said_kw),
    ('grid_upgraded_power', k.grid_upgrade_kw, k.grid_upgrade_said_kw)
) as v (code, expected, found)
where coalesce(abs(v.expected - v.found) > 1e-3, true);

comment on view audit.figure_grid_load is 'Nodes of the grid whose added power, capacity or grid upgrades, worked out anew, is not what the plan says.';
comment on column audit.figure_grid_load.run_id is 'The run.';
comment on column audit.figure_grid_load.code is 'What is wrong: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.figure_grid_load.value is 'The node of the grid and phase: what the sentence takes beside expected and found.';
comment on column audit.figure_grid_load.expected is 'The figure worked out anew, kW; null for a node or phase that is not there.';
comment on column audit.figure_grid_load.found is 'What the plan says, kW.';
