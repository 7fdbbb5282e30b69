-- needs: raw.load_step, raw.load
-- grain: one row per (step_number)

create view staging.load_step as

select
    step_number,
    step,
    elapsed_s,
    loader_s
from raw.load_step
where load_id = (select load_id from raw.load where is_current);

comment on view staging.load_step is 'What each step of the current load took.';
comment on column staging.load_step.step_number is 'Place of the step in the load.';
comment on column staging.load_step.step is 'What was done.';
comment on column staging.load_step.elapsed_s is 'How long it took.';
comment on column staging.load_step.loader_s is 'Processor time of the loader itself.';
