-- needs: plan.run, plan.scenario, staging.load_history, staging.load_source_history
-- grain: one row per (run_id, source_id)

create view report.run_source as

select
    r.run_id,
    s.source_id,
    l.load_id,
    l.is_current as is_current_load,
    l.loaded_at,
    l.content_sha256,
    s.source,
    s.file_name,
    s.sha256,
    s.data_date,
    s.licence
from plan.run as r
join plan.scenario as n using (scenario_id)
join staging.load_history as l using (load_id)
join staging.load_source_history as s using (load_id);

comment on view report.run_source is 'Which data a run used, whether its load is the current one or not.';
comment on column report.run_source.run_id is 'The run.';
comment on column report.run_source.source_id is 'Number of the file within its load.';
comment on column report.run_source.load_id is 'The load.';
comment on column report.run_source.is_current_load is 'True when the views show this load.';
comment on column report.run_source.loaded_at is 'When it was loaded.';
comment on column report.run_source.content_sha256 is 'SHA-256 over the region file and all sources.';
comment on column report.run_source.source is 'Kind of source.';
comment on column report.run_source.file_name is 'File.';
comment on column report.run_source.sha256 is 'SHA-256 of the file.';
comment on column report.run_source.data_date is 'Date of the data.';
comment on column report.run_source.licence is 'Licence.';
