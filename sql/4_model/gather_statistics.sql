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
    -- None is waited for: whoever has it gathers statistics as well, or drops it
    foreach kept in array kept_tables loop
        execute format('analyze (skip_locked) %s', kept);
    end loop;
end
$$;

comment on function model.gather_statistics is 'Lets queries know what scenarios have in the tables of this room: after `work_out`, once others may see what it filled.';
revoke execute on function model.gather_statistics from public;
