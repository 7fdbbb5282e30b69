-- needs: plan.run, plan.decision, plan.decision_port, plan.demand_coverage, plan.served_flow, audit.asked_run, model.usual_row_count, :kept_tables
-- grain: nothing; afterwards the tables of this room hold the rows of the runs

create function audit.work_out(runs bigint[])
returns void
language plpgsql
-- as in model.work_out
set default_statistics_target = 10
as $$
declare
    kept_tables constant regclass[] := :kept_tables::regclass[];
    -- what has just been written is a guess otherwise: of one row, each of which has a whole region joined anew
    written constant regclass[] := array[
        'audit.asked_run', 'plan.decision', 'plan.decision_port', 'plan.demand_coverage', 'plan.served_flow'
    ];
    kept regclass;
    made bigint;
begin
    delete from audit.asked_run;
    insert into audit.asked_run select unnest(runs);
    foreach kept in array written || kept_tables loop
        if kept = any (written) then
            execute format('select count(*) from %s where run_id = any ($1)', kept) into made using runs;
        else
            execute format(
                'delete from %s as k where k.run_id = any ($1) or not exists (select from plan.run as r where r.run_id = k.run_id)',
                kept
            ) using runs;
            execute format('insert into %1$s select * from %1$s_definition where run_id = any ((select $1)::bigint[])', kept)
                using runs;
            get diagnostics made = row_count;
        end if;
        -- as in model.work_out
        if made > 2 * cardinality(runs) * coalesce(model.usual_row_count(kept, 'run_id'), 0) then
            execute format('analyze %s', kept);
        end if;
    end loop;
end
$$;

comment on function audit.work_out is 'Fills the tables of this room for runs, one after the other as they need each other, whatever they held of them before. Rows of runs that were deleted go.';
revoke execute on function audit.work_out from public;
