-- needs: plan.backtest_share, report.backtest
-- grain: one row per (backtest_share_id)

create view report.backtest_share as

select
    row_number() over (
        order by
            s.backtest_id, array_position(array['planned', 'candidate', 'score', 'people', 'random'], s.choice), s.distance_m
    ) as backtest_share_id,
    s.backtest_id,
    s.choice,
    s.distance_m,
    s.site_count,
    s.built_count,
    s.near_share,
    s.low_share,
    s.high_share
from plan.backtest_share as s
join report.backtest as b using (backtest_id);

comment on view report.backtest_share is 'Share of the built sites with a planned site, a candidate, or another choice of as many sites within a distance.';
comment on column report.backtest_share.backtest_share_id is 'Key for GIS clients.';
comment on column report.backtest_share.backtest_id is 'The backtest.';
comment on column report.backtest_share.choice is 'planned, candidate, score, people or random.';
comment on column report.backtest_share.distance_m is 'The distance, in a straight line.';
comment on column report.backtest_share.site_count is 'Sites of the choice.';
comment on column report.backtest_share.built_count is 'Built sites.';
comment on column report.backtest_share.near_share is 'The share; for random its exact expectation.';
comment on column report.backtest_share.low_share is 'Lower end of the 95 % interval of random draws; null for others.';
comment on column report.backtest_share.high_share is 'Upper end.';
