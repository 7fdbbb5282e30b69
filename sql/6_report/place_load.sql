-- needs: plan.place_load, core.region
-- grain: one row per (place_load_id)

create view report.place_load as

select
    p.place_load_id,
    p.asked_by,
    p.asked_at,
    p.state,
    p.wish,
    p.step_number,
    p.step_count,
    p.load_id,
    p.message,
    p.hint,
    p.started_at,
    p.finished_at
from plan.place_load as p
join core.region as g using (region);

comment on view report.place_load is 'Loads of the region asked for at the desk, which make candidates of the places that planners drew.';
comment on column report.place_load.place_load_id is 'Number.';
comment on column report.place_load.asked_by is 'Who asked; untrusted text.';
comment on column report.place_load.asked_at is 'When.';
comment on column report.place_load.state is 'queued, running, done, failed or cancelled.';
comment on column report.place_load.wish is 'cancel, where it is to be cancelled; null for nothing.';
comment on column report.place_load.step_number is 'The step that is under way, from 1; null before.';
comment on column report.place_load.step_count is 'How many steps there are; null before that is known.';
comment on column report.place_load.load_id is 'The load that came of it.';
comment on column report.place_load.message is 'Why it failed.';
comment on column report.place_load.hint is 'What to do about it.';
comment on column report.place_load.started_at is 'When it began.';
comment on column report.place_load.finished_at is 'When it ended.';
