-- needs: staging.ev_count
-- grain: one row per (postal_area_key, count_date)

create view core.ev_count as

-- Files may count an area on the same day: one of battery electric vehicles and one of hybrids add up, and of two that count
-- the same the larger stands.
select
    postal_area_key,
    count_date,
    case when count(*) > 1 then greatest(max(ev_count), coalesce(max(bev_count), 0) + coalesce(max(phev_count), 0))
        else max(ev_count) end as ev_count
from staging.ev_count
group by postal_area_key, count_date;

comment on view core.ev_count is 'Electric vehicles registered in each postal area at each date, all files together.';
comment on column core.ev_count.postal_area_key is 'Postal area.';
comment on column core.ev_count.count_date is 'Day they were counted; null where no source says.';
comment on column core.ev_count.ev_count is 'Electric vehicles in the whole area.';
