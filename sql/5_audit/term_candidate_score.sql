-- needs: audit.audited_run, audit.decision_price, audit.decision_grant, plan.decision, plan.run_scale, analysis.candidate_score
-- grain: one row per (run_id, term)

create view audit.term_candidate_score as

select a.run_id, 'candidate_score' as term, coalesce(b.cad, 0) / s.money_cad as value
from audit.audited_run as a
left join plan.run_scale as s on s.run_id = a.run_id
cross join lateral (
    select sum((1 - k.score) * (p.capex_cad - p.resale_cad - coalesce(g.eligible_cad, 0))) as cad
    from plan.decision as d
    join audit.decision_price as p on p.run_id = d.run_id and p.decision_id = d.decision_id
    join analysis.candidate_score as k on k.site_id = d.site_id
    cross join lateral (
        select sum(e.eligible_cad) as eligible_cad
        from audit.decision_grant as e where e.run_id = d.run_id and e.decision_id = d.decision_id
    ) as g
    where d.run_id = a.run_id and d.action = 'build'
) as b;

comment on view audit.term_candidate_score is 'Money put into new sites, less what each would get from grant programs by itself, by what their scores fall short of 1.';
comment on column audit.term_candidate_score.run_id is 'Run.';
comment on column audit.term_candidate_score.term is 'Term of the objective.';
comment on column audit.term_candidate_score.value is 'Its value.';
