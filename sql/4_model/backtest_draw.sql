-- needs: plan.backtest, plan.backtest_candidate
-- grain: one row per (backtest_id, draw, candidate_id)

create view model.backtest_draw as

-- the order of a draw is that of checksums: the same seed gives the same draws on every server
select backtest_id, draw, candidate_id
from (
    select
        c.backtest_id, d.draw, c.candidate_id,
        count(*) filter (where c.is_planned) over (partition by c.backtest_id, d.draw) as planned_count,
        row_number() over (
            partition by c.backtest_id, d.draw
            order by md5(b.seed || ':' || d.draw || ':' || c.site_key), c.candidate_id
        ) as place
    from plan.backtest as b
    join plan.backtest_candidate as c on c.backtest_id = b.backtest_id
    cross join lateral generate_series(1, b.draw_count) as d (draw)
) as shuffled
where place <= planned_count;

comment on view model.backtest_draw is 'Random choices of as many candidates as the plan builds on.';
comment on column model.backtest_draw.backtest_id is 'The backtest.';
comment on column model.backtest_draw.draw is 'Number of the draw.';
comment on column model.backtest_draw.candidate_id is 'A candidate that is drawn.';
