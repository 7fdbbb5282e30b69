-- needs:
-- grain: one number, of a table and the column that says whose a row is

create function model.usual_row_count(kept regclass, owner_column name)
returns double precision
language sql
stable
as $$
    select c.reltuples / greatest(case when s.n_distinct < 0 then -s.n_distinct * c.reltuples else s.n_distinct end, 1)
    from pg_class as c
    join pg_stats as s
        on s.schemaname = c.relnamespace::regnamespace::text and s.tablename = c.relname and s.attname = owner_column
    where c.oid = kept
$$;

comment on function model.usual_row_count is 'How many rows a scenario, or a run, has in a table by its statistics; null where there are none.';
