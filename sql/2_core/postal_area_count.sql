-- needs: core.ev_count
-- grain: one row per (postal_area_key)

create view core.postal_area_count as

with latest as (
    select c.postal_area_key, c.count_date, c.ev_count
    from core.ev_count as c
    join (select postal_area_key, max(count_date) as count_date from core.ev_count group by postal_area_key) as l
        on l.postal_area_key = c.postal_area_key and l.count_date is not distinct from c.count_date
),

-- what the vehicles of all areas that were counted at both dates have become
brought as (
    select d.count_date, sum(n.ev_count order by n.postal_area_key) / nullif(sum(o.ev_count order by o.postal_area_key), 0) as factor
    from (select distinct count_date from latest) as d
    join core.ev_count as o on o.count_date = d.count_date
    join core.ev_count as n on n.postal_area_key = o.postal_area_key and n.count_date = (select max(count_date) from latest)
    group by d.count_date
)

select
    l.postal_area_key,
    l.count_date,
    l.ev_count as counted_ev_count,
    l.ev_count * coalesce(b.factor, 1) as ev_count,
    coalesce(l.count_date < max(l.count_date) over (), false) and b.factor is not null as is_brought_forward
from latest as l
left join brought as b on b.count_date = l.count_date;

comment on view core.postal_area_count is 'Electric vehicles of each postal area at the latest date of the region; an area counted earlier has grown since like those that were counted at both dates.';
comment on column core.postal_area_count.postal_area_key is 'Postal area.';
comment on column core.postal_area_count.count_date is 'Day of its own latest count; null where no source says.';
comment on column core.postal_area_count.counted_ev_count is 'Electric vehicles of that count.';
comment on column core.postal_area_count.ev_count is 'Electric vehicles at the latest date of all counts.';
comment on column core.postal_area_count.is_brought_forward is 'True where it is of an earlier date and has grown since; false where no area was counted at both dates.';
