-- needs: audit.audited_run, audit.grid_load, plan.grid_area_load
-- grain: one row per (run_id, subject)

create view audit.figure_grid_load as

select
    a.run_id, format('grid area %s, phase %s, %s', k.grid_area_id, k.phase, v.what) as subject, v.expected, v.found,
    format(v.words, k.grid_area_id, k.phase, coalesce(round(v.expected::numeric, 2)::text, 'nothing'),
        coalesce(round(v.found::numeric, 2)::text, 'nothing')) as message
from audit.audited_run as a
cross join lateral (
    select
        coalesce(e.grid_area_id, l.grid_area_id) as grid_area_id, coalesce(e.phase, l.phase) as phase,
        e.added_kw, e.remaining_kw, e.grid_upgrade_kw,
        l.added_kw as added_said_kw, l.remaining_kw as remaining_said_kw, l.grid_upgrade_kw as grid_upgrade_said_kw
    from (select * from audit.grid_load as g where g.run_id = a.run_id) as e
    full join (select * from plan.grid_area_load as g where g.run_id = a.run_id) as l
        on l.phase = e.phase and l.grid_area_id = e.grid_area_id
) as k
cross join lateral (values
    ('added power', 'Grid area %s gains %3$s kW by phase %2$s; the plan says %4$s.', k.added_kw, k.added_said_kw),
    ('hosting capacity', 'Grid area %s has room for %3$s kW in phase %2$s; the plan says %4$s.', k.remaining_kw, k.remaining_said_kw),
    ('grid_upgrade', 'Grid area %s is upgraded by %3$s kW by phase %2$s; the plan says %4$s.', k.grid_upgrade_kw, k.grid_upgrade_said_kw)
) as v (what, words, expected, found)
where coalesce(abs(v.expected - v.found) > 1e-3, true);

comment on view audit.figure_grid_load is 'Grid areas whose added power, capacity or grid upgrades, worked out anew, is not what the plan says.';
comment on column audit.figure_grid_load.run_id is 'The run.';
comment on column audit.figure_grid_load.subject is 'The grid area, phase and figure.';
comment on column audit.figure_grid_load.expected is 'The figure worked out anew, kW; null for a grid area or phase that is not there.';
comment on column audit.figure_grid_load.found is 'What the plan says, kW.';
comment on column audit.figure_grid_load.message is 'The violation in words.';
