-- needs: plan.backtest, plan.backtest_site, plan.backtest_candidate, model.backtest_choice, model.backtest_near, model.backtest_draw
-- grain: one row per (backtest_id, distance_m, choice)

create view model.backtest_share as

with near as materialized (select * from model.backtest_near),

size as (
    select
        b.backtest_id,
        d.distance_m,
        (select count(*) from plan.backtest_site as s where s.backtest_id = b.backtest_id) as built_count,
        (select count(*) from plan.backtest_candidate as c where c.backtest_id = b.backtest_id) as candidate_count,
        (select count(*) from plan.backtest_candidate as c where c.backtest_id = b.backtest_id and c.is_planned) as planned_count
    from plan.backtest as b
    cross join lateral unnest(b.distances_m) as d (distance_m)
),

chosen as (
    select z.backtest_id, z.distance_m, k.choice, z.built_count,
        count(distinct c.candidate_id) as site_count,
        count(distinct n.built_id) as near_count
    from size as z
    cross join (values ('planned'), ('candidate'), ('score'), ('people')) as k (choice)
    left join model.backtest_choice as c on c.backtest_id = z.backtest_id and c.choice = k.choice
    left join near as n
        on n.backtest_id = c.backtest_id and n.candidate_id = c.candidate_id and n.distance_m <= z.distance_m
    group by z.backtest_id, z.distance_m, k.choice, z.built_count
),

-- of M candidates, K near a built site and n drawn, none of the K is drawn with probability C(M - K, n) / C(M, n), which is the
-- product of (M - n - i) / (M - i) over i from 0 to K - 1
expected as (
    select z.backtest_id, z.distance_m, sum(1 - missed.probability) as near_count
    from size as z
    join plan.backtest_site as s on s.backtest_id = z.backtest_id
    cross join lateral (
        select count(*) as candidate_count
        from near as n
        where n.backtest_id = z.backtest_id and n.built_id = s.built_id and n.distance_m <= z.distance_m
    ) as k
    cross join lateral (
        select
            case
                when k.candidate_count > z.candidate_count - z.planned_count then 0
                else coalesce(
                    exp(sum(
                        ln(z.candidate_count - z.planned_count - i) - ln((z.candidate_count - i)::double precision)
                    )), 1
                )
            end as probability
        from generate_series(0, least(k.candidate_count, z.candidate_count - z.planned_count) - 1) as i
    ) as missed
    group by z.backtest_id, z.distance_m
),

drawn as (
    select z.backtest_id, z.distance_m, d.draw, count(distinct n.built_id) as near_count
    from size as z
    join model.backtest_draw as d on d.backtest_id = z.backtest_id
    left join near as n
        on n.backtest_id = d.backtest_id and n.candidate_id = d.candidate_id and n.distance_m <= z.distance_m
    group by z.backtest_id, z.distance_m, d.draw
),

spread as (
    select
        backtest_id,
        distance_m,
        percentile_cont(0.025) within group (order by near_count) as low_count,
        percentile_cont(0.975) within group (order by near_count) as high_count
    from drawn
    group by backtest_id, distance_m
)

select
    backtest_id,
    distance_m,
    choice,
    site_count::integer as site_count,
    built_count::integer as built_count,
    near_count::double precision / nullif(built_count, 0) as near_share,
    null::double precision as low_share,
    null::double precision as high_share
from chosen
union all
select
    z.backtest_id,
    z.distance_m,
    'random',
    z.planned_count::integer,
    z.built_count::integer,
    e.near_count / z.built_count,
    s.low_count / z.built_count,
    s.high_count / z.built_count
from size as z
join expected as e on e.backtest_id = z.backtest_id and e.distance_m = z.distance_m
left join spread as s on s.backtest_id = z.backtest_id and s.distance_m = z.distance_m;

comment on view model.backtest_share is 'Share of the built sites with a site of a choice of candidates within a distance.';
comment on column model.backtest_share.backtest_id is 'The backtest.';
comment on column model.backtest_share.distance_m is 'The distance, in a straight line.';
comment on column model.backtest_share.choice is 'planned, candidate, score, people or random.';
comment on column model.backtest_share.site_count is 'Sites of the choice.';
comment on column model.backtest_share.built_count is 'Built sites.';
comment on column model.backtest_share.near_share is 'The share; for random its exact expectation.';
comment on column model.backtest_share.low_share is 'Lower end of the 95 % interval of random draws; null for others.';
comment on column model.backtest_share.high_share is 'Upper end.';
