-- needs: plan.decision, plan.decision_port, plan.demand_coverage, plan.served_flow, :kept_tables
-- grain: nothing; afterwards there are statistics of the tables of this room, and of what a run writes

create function audit.gather_statistics()
returns void
language plpgsql
-- as in model.work_out
set default_statistics_target = 10
as $$
declare
    -- by name, as in model.gather_statistics
    written constant text[] := array[
        'plan.decision', 'plan.decision_port', 'plan.demand_coverage', 'plan.served_flow'
    ];
    kept_tables constant text[] := :kept_tables;
    kept text;
begin
    foreach kept in array written || kept_tables loop
        begin
            execute format('analyze %s', kept);
        exception when undefined_table or deadlock_detected then
            null;
        end;
    end loop;
end
$$;

comment on function audit.gather_statistics is 'Lets queries know what runs have in the tables of this room and in those of a plan: after `work_out`, once others may see what it filled.';
revoke execute on function audit.gather_statistics from public;
