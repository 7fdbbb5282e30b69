-- needs: nothing
-- grain: one row per (run_id)

create table audit.asked_run (
    run_id bigint primary key
);

comment on table audit.asked_run is 'The run that is audited at this moment, which audit.work_out was asked for: what goes through all cells of a region does so for this run alone.';
comment on column audit.asked_run.run_id is 'The run.';
