-- needs: core.region, core.job_point, analysis.cell_destination
-- grain: one row per (topic, code, value)

create view analysis.destination_assumption as

select 'jobs' as topic, 'work_by_places' as code, '{}'::jsonb as value
from core.region
where not exists (select from core.job_point where job_count > 0)
    and exists (select from analysis.cell_destination where kind = 'work')
union all
select 'jobs', 'work_unknown', '{}'
from core.region
where not exists (select from analysis.cell_destination where kind = 'work')
    and exists (select from analysis.cell_destination)
union all
select 'jobs', 'destination_unknown', '{}'
from core.region
where not exists (select from analysis.cell_destination);

comment on view analysis.destination_assumption is 'What had to be assumed of the places where drivers go, as codes and values; part of analysis.assumption.';
comment on column analysis.destination_assumption.topic is 'What it is about.';
comment on column analysis.destination_assumption.code is 'What is assumed: db/common/assumption.toml has the words, in both languages.';
comment on column analysis.destination_assumption.value is 'Numbers and names that the words take; count chooses the plural form.';
