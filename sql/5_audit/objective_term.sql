-- needs: audit.term_coverage, audit.term_double_coverage, audit.term_money, audit.term_candidate_score, audit.term_session
-- grain: one row per (run_id, term) of a sound plan

create table audit.objective_term as

select run_id, term, value, 1 as sign from audit.term_coverage
union all
select run_id, term, value, 1 from audit.term_double_coverage
union all
select run_id, term, value, -1 from audit.term_money
union all
select run_id, term, value, -1 from audit.term_candidate_score
union all
select run_id, term, value, 1 from audit.term_session;

comment on table audit.objective_term is 'The terms of the objective that a plan has, worked out anew.';
comment on column audit.objective_term.run_id is 'The run.';
comment on column audit.objective_term.term is 'The term.';
comment on column audit.objective_term.value is 'Its value; null where the plan does not say what it is measured against.';
comment on column audit.objective_term.sign is '1 where more is better, -1 for a cost.';
