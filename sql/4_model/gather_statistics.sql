-- needs: :kept_tables
-- grain: nothing; afterwards there are statistics of the tables of this room

create function model.gather_statistics()
returns void
language plpgsql
-- as in model.work_out
set default_statistics_target = 10
as $$
declare
    -- by name, whatever is made in their place meanwhile
    kept_tables constant text[] := :kept_tables;
    kept text;
begin
    foreach kept in array kept_tables loop
        -- Who gathers just now may not see what this session wrote, and is waited for. A load that drops the table
        -- meanwhile is no reason to fail: what is lost are statistics.
        begin
            execute format('analyze %s', kept);
        exception when undefined_table or deadlock_detected then
            null;
        end;
    end loop;
end
$$;

comment on function model.gather_statistics is 'Lets queries know what scenarios have in the tables of this room: after `work_out`, once others may see what it filled.';
revoke execute on function model.gather_statistics from public;
