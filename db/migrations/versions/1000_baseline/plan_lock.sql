-- Locks that planners set on sites; contrary ones are refused as they are drawn.

create table plan.site_lock (
    lock_id bigint generated always as identity primary key,
    site_id integer not null constraint site_lock_site_fkey references raw.site_registry,
    lock_kind text not null,
    option_id text,
    scenario_name text,
    note text,
    constraint site_lock_kind_check check (lock_kind in ('force_in', 'must_change', 'force_out', 'fix_option')),
    constraint site_lock_option_check check ((lock_kind = 'fix_option') = (option_id is not null))
);
comment on table plan.site_lock is
    'What people have decided beforehand; edited in QGIS, obeyed by the next run.';
comment on column plan.site_lock.lock_id is 'Number of the lock.';
comment on column plan.site_lock.site_id is 'The site: core.site.site_id.';
comment on column plan.site_lock.lock_kind is
    'force_in: a station must stand here; must_change: something must be done here; force_out: nothing may; fix_option: just this.';
comment on column plan.site_lock.option_id is 'The option of model.site_option, for fix_option.';
comment on column plan.site_lock.scenario_name is 'The scenario it holds for; null for all.';
comment on column plan.site_lock.note is 'Why, and who said so.';

-- What a lock asks for: 'stands', 'change', 'nothing' or an option.
create function plan.lock_demand(lock_kind text, option_id text, stands boolean) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
    select case
        when lock_kind = 'must_change' then 'change'
        when lock_kind = 'force_in' then case when stands then 'stands' else 'change' end
        when lock_kind = 'force_out' or split_part(option_id, ':', 2) = 'keep' then 'nothing'
        else option_id
    end
$$;

create function plan.are_contrary(a text, b text) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
    select case
        when a = b then false
        when 'stands' in (a, b) then 'remove' in (split_part(a, ':', 2), split_part(b, ':', 2))
        when 'nothing' in (a, b) then true
        when 'change' in (a, b) then false
        else true
    end
$$;

create function plan.lock_words(lock_kind text, option_id text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
    select case lock_kind
        when 'force_in' then 'a station must stand here'
        when 'must_change' then 'something must be done here'
        when 'force_out' then 'nothing may be done here'
        else 'just option ' || option_id
    end
$$;

-- Whether a station stands is known where a region is loaded; a candidate that must stand must change.
-- The owner's rights are needed for the lock that keeps two people from drawing contrary locks at the same moment.
create function plan.refuse_contrary_lock() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    stands boolean := true;
    other record;
    wanted text;
begin
    if new.site_id is null then
        raise exception 'There is no site within 250 m of the point.'
            using errcode = 'not_null_violation',
                hint = 'Draw it nearer to a site, or choose the site by name.';
    end if;
    perform pg_advisory_xact_lock(7291848, new.site_id);
    if to_regclass('core.site') is not null then
        execute 'select coalesce(bool_or(is_existing), true) from core.site where site_id = $1'
            into stands using new.site_id;
    end if;
    wanted := plan.lock_demand(new.lock_kind, new.option_id, stands);
    for other in
        select l.lock_id, l.lock_kind, l.option_id,
            plan.lock_demand(l.lock_kind, l.option_id, stands) as demand
        from plan.site_lock as l
        where l.site_id = new.site_id and l.lock_id <> new.lock_id
            and coalesce(l.scenario_name = new.scenario_name, true)
        order by l.lock_id
    loop
        if plan.are_contrary(wanted, other.demand) then
            raise exception 'Lock % (%) and lock % (%) of site % contradict each other.',
                new.lock_id, plan.lock_words(new.lock_kind, new.option_id),
                other.lock_id, plan.lock_words(other.lock_kind, other.option_id), new.site_id
                using errcode = 'check_violation',
                hint = format(
                    'Change or delete lock %s first, or give each a scenario of its own.', other.lock_id
                );
        end if;
    end loop;
    return new;
end
$$;

create trigger site_lock_contrary before insert or update on plan.site_lock
for each row execute function plan.refuse_contrary_lock();
