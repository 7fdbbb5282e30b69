-- needs: model.worked_out, model.scenario, :kept_tables
-- grain: nothing; afterwards the tables of this room hold no rows of scenarios that were deleted

create function model.forget_gone()
returns void
language plpgsql
as $$
declare
    kept_tables constant regclass[] := :kept_tables::regclass[];
    kept regclass;
    gone bigint[];
begin
    with deleted as (
        delete from model.worked_out where scenario_id in (
            select w.scenario_id from model.worked_out as w
            where not exists (select from model.scenario as s where s.scenario_id = w.scenario_id)
            for update skip locked
        )
        returning scenario_id
    )
    select coalesce(array_agg(scenario_id), '{}') into gone from deleted;
    if gone = '{}' then
        return;
    end if;
    foreach kept in array kept_tables loop
        execute format('delete from %s where scenario_id = any ($1)', kept) using gone;
    end loop;
end
$$;

comment on function model.forget_gone is 'Deletes what was worked out for scenarios that are no more; one that another session holds is left to the next time.';
revoke execute on function model.forget_gone from public;
