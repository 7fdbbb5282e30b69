-- needs: core.ev_count, core.postal_area, core.region
-- grain: one row per (postal_area_key, count_date); only dates with a count about a year earlier

create view analysis.ev_growth_step as

-- Growth over a year from one count to the next about a year later, and what carrying on with the growth of the year before
-- would have foretold: that is the test of the method on the past.
with counted as (
    select c.postal_area_key, c.count_date, c.ev_count
    from core.ev_count as c
    join core.postal_area as a using (postal_area_key)
    where c.count_date is not null and c.ev_count > 0
),

-- of the counts about a year earlier, the one nearest to that
year_on_year as (
    select distinct on (n.postal_area_key, n.count_date)
        n.postal_area_key, n.count_date, e.count_date as earlier_date, n.ev_count,
        ln(n.ev_count / e.ev_count) * 365.25 / (n.count_date - e.count_date) as log_growth
    from counted as n
    join counted as e using (postal_area_key)
    join core.region as r on abs(n.count_date - e.count_date - 365.25) <= r.growth_window_day
    order by n.postal_area_key, n.count_date, abs(n.count_date - e.count_date - 365.25), e.count_date
)

select
    y.postal_area_key,
    y.count_date,
    y.ev_count,
    exp(y.log_growth) - 1 as annual_growth_share,
    y.log_growth,
    y.log_growth - b.log_growth as missed_log_growth,
    exp(b.log_growth - y.log_growth) - 1 as error_share
from year_on_year as y
left join year_on_year as b on b.postal_area_key = y.postal_area_key and b.count_date = y.earlier_date;

comment on view analysis.ev_growth_step is 'Growth of the electric vehicles of a postal area over the year before each count, and how far growth as in the year before that would have been off.';
comment on column analysis.ev_growth_step.postal_area_key is 'Postal area.';
comment on column analysis.ev_growth_step.count_date is 'Day of the count.';
comment on column analysis.ev_growth_step.ev_count is 'Electric vehicles on that day, in the whole area.';
comment on column analysis.ev_growth_step.annual_growth_share is 'Growth over the year before.';
comment on column analysis.ev_growth_step.log_growth is 'The same as the natural logarithm of the ratio.';
comment on column analysis.ev_growth_step.missed_log_growth is 'What the growth of the year before that misses of it, as a logarithm; null without a count two years earlier.';
comment on column analysis.ev_growth_step.error_share is 'Vehicles foretold a year earlier by the same growth, over those counted, less 1.';
