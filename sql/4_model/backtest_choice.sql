-- needs: plan.backtest_candidate
-- grain: one row per (backtest_id, choice, candidate_id)

create view model.backtest_choice as

with ranked as (
    select
        c.*,
        count(*) filter (where c.is_planned) over (partition by c.backtest_id) as planned_count,
        row_number() over (partition by c.backtest_id order by c.score desc, c.candidate_id) as score_rank,
        row_number() over (partition by c.backtest_id order by c.people_near desc, c.candidate_id) as people_rank
    from plan.backtest_candidate as c
)

select backtest_id, 'candidate' as choice, candidate_id, geom from ranked
union all
select backtest_id, 'planned', candidate_id, geom from ranked where is_planned
union all
select backtest_id, 'score', candidate_id, geom from ranked where score_rank <= planned_count
union all
select backtest_id, 'people', candidate_id, geom from ranked where people_rank <= planned_count;

comment on view model.backtest_choice is 'Choices of candidates that are held against what was built: all, the plan''s, and as many as the plan''s by score and by people near.';
comment on column model.backtest_choice.backtest_id is 'The backtest.';
comment on column model.backtest_choice.choice is 'candidate, planned, score or people.';
comment on column model.backtest_choice.candidate_id is 'The candidate.';
comment on column model.backtest_choice.geom is 'Its place.';
