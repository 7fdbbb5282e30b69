-- needs: raw.load_total, raw.load
-- grain: one row per (measure)

create view staging.load_total as

select measure, published_value, tolerance_share, published_by, data_date
from raw.load_total
where load_id = (select load_id from raw.load where is_current);

comment on view staging.load_total is 'Published totals that the current load has to agree with.';
comment on column staging.load_total.measure is 'What is counted.';
comment on column staging.load_total.published_value is 'The published total.';
comment on column staging.load_total.tolerance_share is 'How far what was loaded may be from it.';
comment on column staging.load_total.published_by is 'Where it was published.';
comment on column staging.load_total.data_date is 'Date of the data that it counts; null where it counts any.';
