-- needs: model.site_state, model.barred_candidate, model.corridor_junction, plan.scenario_removal, core.site, core.candidate_site
-- grain: one row per (scenario_id, site_id)

create table model.candidate_refusal as

select scenario_id, site_id, reason
from model.barred_candidate

union all

select s.scenario_id, s.site_id, 'junction'
from model.site_state as s
join plan.scenario_removal as r on r.scenario_id = s.scenario_id and r.junctions <> 'all'
join core.site as i on i.site_id = s.site_id
join core.candidate_site as c on c.candidate_key = i.site_key and c.candidate_kind = 'junction'
where not s.is_existing
    and not exists (
        select from model.barred_candidate as b where b.scenario_id = s.scenario_id and b.site_id = s.site_id
    )
    and (r.junctions = 'none' or not exists (
        select from model.corridor_junction as j where j.scenario_id = s.scenario_id and j.site_id = s.site_id
    ));

comment on table model.candidate_refusal is 'Candidates on which a scenario builds nothing, and why.';
comment on column model.candidate_refusal.scenario_id is 'Scenario.';
comment on column model.candidate_refusal.site_id is 'Candidate.';
comment on column model.candidate_refusal.reason is 'exclusion, score (model.barred_candidate) or junction (a bare one that no corridor needs: candidate.junctions).';
