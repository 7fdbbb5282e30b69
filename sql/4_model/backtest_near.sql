-- needs: plan.backtest, plan.backtest_site, plan.backtest_candidate
-- grain: one row per (backtest_id, built_id, candidate_id)

create view model.backtest_near as

select
    b.backtest_id,
    s.built_id,
    c.candidate_id,
    st_distance(s.geom, c.geom) as distance_m
from plan.backtest as b
join plan.backtest_site as s on s.backtest_id = b.backtest_id
join plan.backtest_candidate as c
    on c.backtest_id = s.backtest_id
    and st_dwithin(c.geom, s.geom, greatest(b.near_m, (select max(d) from unnest(b.distances_m) as d)));

comment on view model.backtest_near is 'Built sites and the candidates near them, as far as any distance of the backtest goes.';
comment on column model.backtest_near.backtest_id is 'The backtest.';
comment on column model.backtest_near.built_id is 'The built site.';
comment on column model.backtest_near.candidate_id is 'The candidate.';
comment on column model.backtest_near.distance_m is 'Distance between them in a straight line.';
