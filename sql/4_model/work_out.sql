-- needs: model.scenario, model.worked_out, model.opened_station, :kept_tables
-- grain: nothing; afterwards the tables of this room hold the rows of the scenario

create function model.work_out(scenario bigint)
returns void
language plpgsql
-- statistics are gathered anew for each scenario: a tenth of the usual sample tells enough about keys
set default_statistics_target = 10
as $$
declare
    -- the tables that stand now, whatever is made in their place meanwhile
    kept_tables constant regclass[] := :kept_tables;
    kept regclass;
    gone bigint[];
begin
    -- This row is the lock. Another session that works out the same scenario waits here until this one commits,
    -- and finds it done; what is committed is whole. Locks that open other stations than before ask for it anew.
    insert into model.worked_out as w (scenario_id, opened_stations)
    select
        s.scenario_id,
        array(
            select concat_ws(':', o.site_id, case when o.is_removal then 'remove' end)
            from model.opened_station as o where o.scenario_id = s.scenario_id order by o.site_id
        )
    from model.scenario as s where s.scenario_id = work_out.scenario
    on conflict (scenario_id) do update set opened_stations = excluded.opened_stations
    where w.opened_stations is distinct from excluded.opened_stations;
    if not found then
        return;
    end if;

    with deleted as (
        delete from model.worked_out where scenario_id in (
            select w.scenario_id from model.worked_out as w
            where not exists (select from model.scenario as s where s.scenario_id = w.scenario_id)
            for update skip locked
        )
        returning scenario_id
    )
    select coalesce(array_agg(scenario_id), '{}') into gone from deleted;

    foreach kept in array kept_tables loop
        execute format('delete from %s where scenario_id = any ($1)', kept) using gone || scenario;
        execute format('insert into %1$s select * from %1$s_definition where scenario_id = $1', kept) using scenario;
        execute format('analyze %s', kept);
    end loop;
end
$$;

comment on function model.work_out is 'Fills the tables of this room for a scenario, one after the other as they need each other; nothing where that has been done. Rows of scenarios that were deleted go.';
revoke execute on function model.work_out from public;
