-- needs: core.ev_count, core.postal_area
-- grain: one row per (count_date)

create view analysis.ev_growth as

-- areas that lack a count of some date would make growth of what is but a gap
with comparable as (
    select postal_area_key
    from core.ev_count
    where count_date is not null
    group by postal_area_key
    having count(distinct count_date) = (select count(distinct count_date) from core.ev_count)
),

count_day as (
    select c.count_date, sum(c.ev_count * a.inside_share order by c.postal_area_key)::double precision as ev_count, count(*)::integer as postal_area_count
    from core.ev_count as c
    join comparable using (postal_area_key)
    join core.postal_area as a using (postal_area_key)
    where c.count_date is not null
    group by c.count_date
)

select
    count_date,
    ev_count,
    postal_area_count,
    power(
        ev_count / nullif(lag(ev_count) over day, 0), 365.25 / (count_date - lag(count_date) over day)
    ) - 1 as annual_growth_share,
    power(
        ev_count / nullif(first_value(ev_count) over day, 0),
        365.25 / nullif(count_date - first_value(count_date) over day, 0)
    ) - 1 as annual_growth_since_first_share
from count_day
window day as (order by count_date);

comment on view analysis.ev_growth is 'Electric vehicles of the region at each date of a count, in the postal areas counted at all of them; growth is measured where there are two dates or more.';
comment on column analysis.ev_growth.count_date is 'Day of the count.';
comment on column analysis.ev_growth.ev_count is 'Electric vehicles in the region on that day: those of the areas, by the share of each that lies inside.';
comment on column analysis.ev_growth.postal_area_count is 'Postal areas counted.';
comment on column analysis.ev_growth.annual_growth_share is 'Growth since the count before, per year; null for the first.';
comment on column analysis.ev_growth.annual_growth_since_first_share is 'Growth since the first count, per year; null for the first.';
