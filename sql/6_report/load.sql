-- needs: staging.load_history, staging.load_source_history, plan.scenario, plan.run
-- grain: one row per (load_id)

create view report.load as

select
    l.load_id,
    l.region,
    l.title,
    l.is_synthetic,
    l.loaded_at,
    l.is_current,
    l.region_file,
    l.region_sha256,
    l.content_sha256,
    f.file_count,
    r.run_count
from staging.load_history as l
cross join lateral (
    select count(*)::integer as file_count from staging.load_source_history as s where s.load_id = l.load_id
) as f
cross join lateral (
    select count(*)::integer as run_count
    from plan.scenario as s
    join plan.run using (scenario_id)
    where s.load_id = l.load_id
) as r;

comment on view report.load is 'Loads that are kept: snapshots of the data. The views show the current one; runs keep the one they used.';
comment on column report.load.load_id is 'Number of the load.';
comment on column report.load.region is 'Name of the region.';
comment on column report.load.title is 'Name of the region for people.';
comment on column report.load.is_synthetic is 'True when the region is made up.';
comment on column report.load.loaded_at is 'When it was loaded.';
comment on column report.load.is_current is 'True for the load that the views show.';
comment on column report.load.region_file is 'Name of the region file.';
comment on column report.load.region_sha256 is 'SHA-256 of the region file.';
comment on column report.load.content_sha256 is 'SHA-256 over the region file and all sources.';
comment on column report.load.file_count is 'Files of the load.';
comment on column report.load.run_count is 'Runs that used it.';
