-- needs: model.backtest_placement
-- grain: one row per (backtest_id, measure)

create view model.backtest_auc as

with placement as materialized (select * from model.backtest_placement),

-- variance of an AUC: that of the placements of each class over its number (DeLong, DeLong and Clarke-Pearson 1988)
area as (
    select
        p.backtest_id,
        p.measure,
        count(*) filter (where p.is_near) as near_count,
        count(*) filter (where not p.is_near) as far_count,
        avg(p.placement_share) filter (where p.is_near) as auc,
        1.96 * sqrt(
            var_samp(p.placement_share) filter (where p.is_near) / count(*) filter (where p.is_near)
            + var_samp(p.placement_share) filter (where not p.is_near) / count(*) filter (where not p.is_near)
        ) as half_width,
        avg(s.placement_share - p.placement_share) filter (where p.is_near) as gain,
        1.96 * sqrt(
            var_samp(s.placement_share - p.placement_share) filter (where p.is_near) / count(*) filter (where p.is_near)
            + var_samp(s.placement_share - p.placement_share) filter (where not p.is_near) / count(*) filter (where not p.is_near)
        ) as gain_half_width
    from placement as p
    join placement as s
        on s.backtest_id = p.backtest_id and s.candidate_id = p.candidate_id and s.measure = 'score'
    group by p.backtest_id, p.measure
)

select
    backtest_id,
    measure,
    near_count::integer as near_count,
    far_count::integer as far_count,
    auc,
    greatest(auc - half_width, 0) as low_auc,
    least(auc + half_width, 1) as high_auc,
    case when measure <> 'score' then gain end as score_gain,
    case when measure <> 'score' then gain - gain_half_width end as low_gain,
    case when measure <> 'score' then gain + gain_half_width end as high_gain
from area
union all
-- of a number that says nothing: the variance of Mann and Whitney 1947
select
    backtest_id, 'random', near_count::integer, far_count::integer, 0.5,
    0.5 - 1.96 * sqrt((near_count + far_count + 1) / (12.0 * near_count * far_count)),
    0.5 + 1.96 * sqrt((near_count + far_count + 1) / (12.0 * near_count * far_count)),
    null, null, null
from area
where measure = 'score';

comment on view model.backtest_auc is 'How well a number tells candidates that were built on from the others: area under the ROC curve, with 95 % intervals. Candidates near the same built site are not independent, so the true intervals are wider.';
comment on column model.backtest_auc.backtest_id is 'The backtest.';
comment on column model.backtest_auc.measure is 'score and its parts, people, or random.';
comment on column model.backtest_auc.near_count is 'Candidates that were built on.';
comment on column model.backtest_auc.far_count is 'The others.';
comment on column model.backtest_auc.auc is 'Share of pairs of the two in which the one built on has the higher number; ties count half.';
comment on column model.backtest_auc.low_auc is 'Lower end of its interval; null where there is one candidate of a class.';
comment on column model.backtest_auc.high_auc is 'Upper end.';
comment on column model.backtest_auc.score_gain is 'By how much the AUC of the score is higher; null for the score and random.';
comment on column model.backtest_auc.low_gain is 'Lower end of its interval.';
comment on column model.backtest_auc.high_gain is 'Upper end.';
