-- needs: model.site_state, plan.scenario_removal, core.site_exclusion, analysis.candidate_score
-- grain: one row per (scenario_id, site_id)

create view model.barred_candidate as

select
    s.scenario_id,
    s.site_id,
    case when x.is_hard and r.is_hard_exclusion_kept then 'exclusion' else 'score' end as reason
from model.site_state as s
join plan.scenario_removal as r on r.scenario_id = s.scenario_id
left join core.site_exclusion as x on x.site_id = s.site_id
left join analysis.candidate_score as k on k.site_id = s.site_id
where not s.is_existing
    and (x.is_hard and r.is_hard_exclusion_kept or k.score < r.candidate_score_min);

comment on view model.barred_candidate is 'Candidates on which a scenario builds nothing, whatever the rules: the ground excludes it, or the score is too low.';
comment on column model.barred_candidate.scenario_id is 'Scenario.';
comment on column model.barred_candidate.site_id is 'Candidate.';
comment on column model.barred_candidate.reason is 'exclusion (core.site_exclusion is hard) or score (lower than candidate.score_min).';
