-- needs: plan.decision, plan.decision_port, plan.demand_coverage, plan.served_flow, :kept_tables
-- grain: nothing; afterwards there are statistics of the tables of this room, and of what a run writes

create function audit.gather_statistics()
returns void
language plpgsql
-- as in model.work_out
set default_statistics_target = 10
as $$
declare
    kept_tables constant regclass[] := :kept_tables;
    kept regclass;
begin
    analyze plan.decision;
    analyze plan.decision_port;
    analyze plan.demand_coverage;
    analyze plan.served_flow;
    foreach kept in array kept_tables loop
        execute format('analyze %s', kept);
    end loop;
end
$$;

comment on function audit.gather_statistics is 'Lets queries know what runs have in the tables of this room and in those of a plan: after `work_out`, once others may see what it filled.';
revoke execute on function audit.gather_statistics from public;
