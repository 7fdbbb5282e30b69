-- needs: plan.backtest_auc, report.backtest
-- grain: one row per (backtest_auc_id)

create view report.backtest_auc as

select
    row_number() over (order by a.backtest_id, a.measure) as backtest_auc_id,
    a.backtest_id,
    a.measure,
    a.near_count,
    a.far_count,
    a.auc,
    a.low_auc,
    a.high_auc,
    a.score_gain,
    a.low_gain,
    a.high_gain
from plan.backtest_auc as a
join report.backtest as b using (backtest_id);

comment on view report.backtest_auc is 'How well the score, its parts and people near by tell candidates that were built on from the others.';
comment on column report.backtest_auc.backtest_auc_id is 'Key for GIS clients.';
comment on column report.backtest_auc.backtest_id is 'The backtest.';
comment on column report.backtest_auc.measure is 'score and its parts, people, or random.';
comment on column report.backtest_auc.near_count is 'Candidates that were built on.';
comment on column report.backtest_auc.far_count is 'The others.';
comment on column report.backtest_auc.auc is 'Area under the ROC curve.';
comment on column report.backtest_auc.low_auc is 'Lower end of its 95 % interval; null where there is one candidate of a class.';
comment on column report.backtest_auc.high_auc is 'Upper end.';
comment on column report.backtest_auc.score_gain is 'By how much the AUC of the score is higher; null for the score and random.';
comment on column report.backtest_auc.low_gain is 'Lower end of its 95 % interval.';
comment on column report.backtest_auc.high_gain is 'Upper end.';
