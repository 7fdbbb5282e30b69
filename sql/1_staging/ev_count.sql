-- needs: raw.ev_count, raw.load
-- grain: one row per (source_id, record_number, column_number)

create view staging.ev_count as

select
    source_id,
    record_number,
    postal_area_key,
    bev_count,
    phev_count,
    ev_count,
    count_date,
    column_number
from raw.ev_count
where load_id = (select load_id from raw.load where is_current);

comment on view staging.ev_count is 'Electric vehicles registered by postal area.';
comment on column staging.ev_count.source_id is 'The file it came from: staging.load_source.';
comment on column staging.ev_count.record_number is 'Place of the record in its file, from 1.';
comment on column staging.ev_count.postal_area_key is 'Postal area.';
comment on column staging.ev_count.bev_count is 'Battery electric vehicles.';
comment on column staging.ev_count.phev_count is 'Plug-in hybrids.';
comment on column staging.ev_count.ev_count is 'Both.';
comment on column staging.ev_count.count_date is 'Day they were counted; null where the source does not say.';
comment on column staging.ev_count.column_number is 'Which of the columns of a table that has one for each date, from 1; 1 in other tables.';
