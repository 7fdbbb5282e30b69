-- needs: analysis.assumption
-- grain: one row per (assumption_id)

create view report.assumption as

select row_number() over (order by topic, code, value) as assumption_id, topic, code, value
from analysis.assumption;

comment on view report.assumption is 'All that the data of the region had to assume; read it before the results.';
comment on column report.assumption.assumption_id is 'Key for GIS clients.';
comment on column report.assumption.topic is 'What it is about.';
comment on column report.assumption.code is 'What is assumed: page, export and commands have a sentence for it.';
comment on column report.assumption.value is 'Numbers and names of that sentence.';
