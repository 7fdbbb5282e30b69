-- needs: core.charging_session, core.region
-- grain: one row per (from_day)

create view core.session_window as

-- a caller may set another period for its own transaction: model.calibrate
with asked as (
    select
        nullif(current_setting('planner.session_from', true), '')::date as from_day,
        nullif(current_setting('planner.session_to', true), '')::date as to_day
),

recorded as (
    select min(started_local)::date as from_day, max(started_local)::date as to_day
    from core.charging_session
    where left_out is null
),

whole_year as (
    select max(y.year) as year
    from (
        select extract(year from started_local)::integer as year
        from core.charging_session
        where left_out is null
        group by extract(year from started_local)
        having count(distinct extract(month from started_local)) = 12
    ) as y
),

chosen as (
    select coalesce(nullif(r.session_year, 0), w.year) as year
    from core.region as r
    cross join whole_year as w
)

select
    coalesce(a.from_day, case when a.to_day is null then make_date(c.year, 1, 1) end, d.from_day) as from_day,
    coalesce(a.to_day, case when a.from_day is null then make_date(c.year + 1, 1, 1) - 1 end, d.to_day) as to_day,
    d.from_day as first_day,
    d.to_day as last_day
from recorded as d
cross join asked as a
cross join chosen as c
where d.from_day is not null;

comment on view core.session_window is 'The period of session records that is measured: setting session_year, or what a caller asks; no row without sessions.';
comment on column core.session_window.from_day is 'First day, by the start of sessions.';
comment on column core.session_window.to_day is 'Last day.';
comment on column core.session_window.first_day is 'Day of the first session on record.';
comment on column core.session_window.last_day is 'Day of the last one.';
