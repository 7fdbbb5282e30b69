-- needs: plan.objective_term
-- grain: one row per (term)

create view report.term_title as

select reading_order as term_title_id, term, nullif(split_part(term, '.', 2), '') as level, topic, title_en, title_fr, is_cost
from plan.objective_term;

comment on view report.term_title is 'What the terms of the objective are called.';
comment on column report.term_title.term_title_id is 'Place in a list.';
comment on column report.term_title.term is 'Name of the term.';
comment on column report.term_title.level is 'The level that it counts; null for a term of the whole plan.';
comment on column report.term_title.topic is 'What it is about.';
comment on column report.term_title.title_en is 'Its name in English.';
comment on column report.term_title.title_fr is 'Its name in French.';
comment on column report.term_title.is_cost is 'True where less is better.';
