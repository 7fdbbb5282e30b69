-- needs: model.site_action, analysis.candidate_score
-- grain: one row per (scenario_id, site_id)

create view model.new_site_score as

select a.scenario_id, a.site_id, k.score
from model.site_action as a
join analysis.candidate_score as k using (site_id)
where a.action = 'build';

comment on view model.new_site_score is 'Scores of the candidates that a scenario may build on.';
comment on column model.new_site_score.scenario_id is 'Scenario.';
comment on column model.new_site_score.site_id is 'Candidate.';
comment on column model.new_site_score.score is 'How good it looks before any model, in [0, 1]: analysis.candidate_score.';
