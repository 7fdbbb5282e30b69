-- needs: analysis.ev_growth_step, core.postal_area, core.region
-- grain: one row per (postal_area_key)

create view analysis.ev_growth_area as

-- what the same method missed on all earlier quarters of all areas
with missed as (
    select
        r.growth_horizon_year,
        count(s.missed_log_growth)::integer as test_count,
        percentile_cont(array[r.growth_tail_share, 0.5, 1 - r.growth_tail_share]) within group (order by s.missed_log_growth) as miss
    from core.region as r
    left join analysis.ev_growth_step as s on s.missed_log_growth is not null
    group by r.growth_horizon_year, r.growth_tail_share
),

-- over some years the misses even out: their mean scatters less than one of them, by the root of the years
spread as (
    select
        test_count, miss[2] as middle_log,
        miss[2] + (miss[1] - miss[2]) / sqrt(growth_horizon_year) as low_log,
        miss[2] + (miss[3] - miss[2]) / sqrt(growth_horizon_year) as high_log
    from missed
),

own as (
    select distinct on (postal_area_key) postal_area_key, count_date, log_growth
    from analysis.ev_growth_step
    order by postal_area_key, count_date desc
),

latest as (
    select o.*
    from own as o
    where o.count_date = (select max(count_date) from analysis.ev_growth_step)
),

-- the region's growth is that of its vehicles, not the mean of its areas
region as (
    select ln(sum(n.ev_count order by n.postal_area_key) / sum(n.ev_count / exp(l.log_growth) order by n.postal_area_key)) as log_growth
    from latest as l
    join analysis.ev_growth_step as n on n.postal_area_key = l.postal_area_key and n.count_date = l.count_date
    having count(*) > 0
),

tested as (
    select postal_area_key, count(*)::integer as own_test_count, avg(abs(error_share) order by count_date) as own_error_share
    from analysis.ev_growth_step
    where missed_log_growth is not null
    group by postal_area_key
)

select
    a.postal_area_key,
    l.postal_area_key is null as is_of_region,
    exp(g.log_growth) - 1 as last_year_share,
    case when m.test_count > 0 then exp(g.log_growth + m.low_log) - 1 end as low_share,
    case when m.test_count > 0 then exp(g.log_growth + m.middle_log) - 1 end as middle_share,
    case when m.test_count > 0 then exp(g.log_growth + m.high_log) - 1 end as high_share,
    m.test_count,
    coalesce(t.own_test_count, 0) as own_test_count,
    t.own_error_share
from core.postal_area as a
cross join spread as m
left join latest as l using (postal_area_key)
left join region as r on true
left join tested as t using (postal_area_key)
cross join lateral (select coalesce(l.log_growth, r.log_growth) as log_growth) as g;

comment on view analysis.ev_growth_area is
    'Growth of the electric vehicles of each postal area per year, low, middle and high: that of its last year, with the median of what the same method missed on all earlier quarters and the percentiles at growth_tail_share of either end, these drawn in as the misses of growth_horizon_year years even out. Null where there are not two years of counts.';
comment on column analysis.ev_growth_area.postal_area_key is 'Postal area.';
comment on column analysis.ev_growth_area.is_of_region is 'True where the area lacks counts of the last year and has the growth of the region.';
comment on column analysis.ev_growth_area.last_year_share is 'Growth over the year before the latest count.';
comment on column analysis.ev_growth_area.low_share is 'Low growth per year.';
comment on column analysis.ev_growth_area.middle_share is 'Middle growth per year.';
comment on column analysis.ev_growth_area.high_share is 'High growth per year.';
comment on column analysis.ev_growth_area.test_count is 'Tests of the method on earlier quarters, of all areas.';
comment on column analysis.ev_growth_area.own_test_count is 'Those of this area.';
comment on column analysis.ev_growth_area.own_error_share is 'Mean error of those, without sign: vehicles foretold a year ahead over those counted, less 1.';
