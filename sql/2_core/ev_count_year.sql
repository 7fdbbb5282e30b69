-- needs: staging.ev_count, staging.load_source
-- grain: one row per (count_year); just one: when the electric vehicles of the region were counted

create view core.ev_count_year as

-- the latest day that the records state, else what the source states: '2024', '2024-09' or '2024-09-30', the middle of
-- what is not said
select coalesce(
    (select max(extract(year from count_date) + extract(doy from count_date) / 366) from staging.ev_count),
    (
        select max(case length(data_date)
            when 4 then data_date::numeric + 0.5
            when 7 then substr(data_date, 1, 4)::numeric + (substr(data_date, 6)::numeric - 0.5) / 12
            else substr(data_date, 1, 4)::numeric + (substr(data_date, 6, 2)::numeric - 1) / 12 + substr(data_date, 9)::numeric / 366
        end)
        from staging.load_source
        where source = 'ev_counts' and data_date ~ '^\d{4}(-\d\d(-\d\d)?)?$'
    )
)::double precision as count_year;

comment on view core.ev_count_year is 'When the electric vehicles of the region were counted; null where no source says.';
comment on column core.ev_count_year.count_year is 'Date of the latest count as a year: 2024.75 is the end of September 2024.';
