-- needs: plan.backtest, plan.backtest_candidate, model.backtest_near
-- grain: one row per (backtest_id, measure, candidate_id)

create view model.backtest_placement as

with labelled as (
    select
        c.*,
        exists (
            select from model.backtest_near as n
            where n.backtest_id = c.backtest_id and n.candidate_id = c.candidate_id and n.distance_m <= b.near_m
        ) as is_near
    from plan.backtest as b
    join plan.backtest_candidate as c on c.backtest_id = b.backtest_id
),

measured as (
    select l.backtest_id, m.measure, l.candidate_id, l.is_near, m.value
    from labelled as l
    cross join lateral (
        values
            ('score', l.score),
            ('people', l.people_near),
            ('land_use', l.land_use_score),
            ('transit', l.transit_score),
            ('road', l.road_score),
            ('grid', l.grid_score)
    ) as m (measure, value)
    where m.value is not null
),

-- mid-ranks: those that tie share the mean of their ranks
ranked as (
    select
        m.*,
        count(*) over (partition by backtest_id, measure) as all_count,
        count(*) over (partition by backtest_id, measure, is_near) as own_count,
        rank() over (partition by backtest_id, measure order by value)
            + (count(*) over (partition by backtest_id, measure, value) - 1) / 2.0 as all_rank,
        rank() over (partition by backtest_id, measure, is_near order by value)
            + (count(*) over (partition by backtest_id, measure, is_near, value) - 1) / 2.0 as own_rank
    from measured as m
)

select
    backtest_id,
    measure,
    candidate_id,
    is_near,
    case
        when is_near then (all_rank - own_rank) / (all_count - own_count)
        else 1 - (all_rank - own_rank) / (all_count - own_count)
    end::double precision as placement_share
from ranked
where own_count < all_count;

comment on view model.backtest_placement is 'Where each candidate stands among those of the other class, by score, its parts and people near: the placements of DeLong, DeLong and Clarke-Pearson 1988.';
comment on column model.backtest_placement.backtest_id is 'The backtest.';
comment on column model.backtest_placement.measure is 'score, people, land_use, transit, road or grid.';
comment on column model.backtest_placement.candidate_id is 'The candidate.';
comment on column model.backtest_placement.is_near is 'True where it was built on: within near_m of a built site.';
comment on column model.backtest_placement.placement_share is 'Share of the other class that is in the right order with it; ties count half.';
