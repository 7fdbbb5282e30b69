-- needs: model.scenario, model.worked_out, model.opened_station, model.offer_content, model.forget_gone, model.usual_row_count, :kept_tables
-- grain: nothing; afterwards the tables of this room hold the rows of the scenario

create function model.work_out(scenario bigint)
returns boolean
language plpgsql
-- a tenth of the usual sample tells enough about keys
set default_statistics_target = 10
as $$
declare
    -- the tables that stand now, whatever is made in their place meanwhile
    kept_tables constant regclass[] := :kept_tables::regclass[];
    kept regclass;
    mine model.worked_out;
    made bigint;
    columns_mine text;
    columns_like text;
begin
    -- This row is the lock. Another session that works out the same scenario waits here until this one commits,
    -- and finds it done; what is committed is whole. Locks that open other stations than before ask for it anew.
    insert into model.worked_out as w (scenario_id, opened_stations, content)
    select
        s.scenario_id,
        array(
            select concat_ws(':', o.site_id, case when o.is_removal then 'remove' end)
            from model.opened_station as o where o.scenario_id = s.scenario_id order by o.site_id
        ),
        model.offer_content(s.scenario_id)
    from model.scenario as s where s.scenario_id = work_out.scenario
    on conflict (scenario_id) do update set opened_stations = excluded.opened_stations
    where w.opened_stations is distinct from excluded.opened_stations
    returning w.* into mine;
    if not found then
        return false;
    end if;

    perform model.forget_gone();

    -- Another scenario may have the same rows already; it is held until these are copied. One that another session
    -- is working on is left alone.
    select w.scenario_id into mine.like_scenario_id
    from model.worked_out as w
    where w.content = mine.content and w.opened_stations = mine.opened_stations and w.scenario_id <> scenario
    order by w.scenario_id desc
    limit 1
    for share skip locked;
    update model.worked_out as w set like_scenario_id = mine.like_scenario_id where w.scenario_id = scenario;

    foreach kept in array kept_tables loop
        execute format('delete from %s where scenario_id = $1', kept) using scenario;
        if mine.like_scenario_id is null then
            -- as a query of its own the key is no value to look up in statistics, which know nothing of this
            -- scenario and would let one row be expected: as many are expected as others have
            execute format('insert into %1$s select * from %1$s_definition where scenario_id = (select $1)', kept)
                using scenario;
        else
            select
                string_agg(quote_ident(a.attname), ', ' order by a.attnum),
                string_agg(case a.attname when 'scenario_id' then '$1' else quote_ident(a.attname) end, ', ' order by a.attnum)
            into columns_mine, columns_like
            from pg_attribute as a
            where a.attrelid = kept and a.attnum > 0 and not a.attisdropped;
            execute format('insert into %1$s (%2$s) select %3$s from %1$s where scenario_id = $2', kept, columns_mine, columns_like)
                using scenario, mine.like_scenario_id;
        end if;
        get diagnostics made = row_count;
        -- To gather statistics keeps out all others that would until this one commits: it is done here only where
        -- what follows would go by a wrong guess, and else by `gather_statistics` afterwards.
        if made > 2 * coalesce(model.usual_row_count(kept, 'scenario_id'), 0) then
            execute format('analyze %s', kept);
        end if;
    end loop;
    return true;
end
$$;

comment on function model.work_out is 'Fills the tables of this room for a scenario, one after the other as they need each other; nothing where that has been done, and then it returns false. Rows of scenarios that were deleted go.';
revoke execute on function model.work_out from public;
