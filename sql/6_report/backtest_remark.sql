-- needs: plan.backtest_remark, report.backtest
-- grain: one row per (backtest_remark_id)

create view report.backtest_remark as

select
    row_number() over (order by r.backtest_id, r.remark) as backtest_remark_id,
    r.backtest_id,
    r.remark,
    r.source,
    r.code,
    r.value
from plan.backtest_remark as r
join report.backtest as b using (backtest_id);

comment on view report.backtest_remark is 'Which sources a backtest left out as newer than its date, and which it used all the same.';
comment on column report.backtest_remark.backtest_remark_id is 'Key for GIS clients.';
comment on column report.backtest_remark.backtest_id is 'The backtest.';
comment on column report.backtest_remark.remark is 'Place in the list.';
comment on column report.backtest_remark.source is 'Type of the source.';
comment on column report.backtest_remark.code is 'What was done: db/common/assumption.toml has the sentence.';
comment on column report.backtest_remark.value is 'What the sentence takes.';
