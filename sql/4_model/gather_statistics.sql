-- needs: :kept_tables
-- grain: nothing; afterwards there are statistics of the tables of this room

create function model.gather_statistics()
returns void
language plpgsql
-- as in model.work_out
set default_statistics_target = 10
as $$
declare
    kept_tables constant regclass[] := :kept_tables;
    kept regclass;
begin
    foreach kept in array kept_tables loop
        execute format('analyze %s', kept);
    end loop;
end
$$;

comment on function model.gather_statistics is 'Lets queries know what scenarios have in the tables of this room: after `work_out`, once others may see what it filled.';
revoke execute on function model.gather_statistics from public;
