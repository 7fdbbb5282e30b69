-- needs: staging.load_step
-- grain: one row per (step_number)

create view report.load_step as

select
    step_number,
    step,
    elapsed_s,
    loader_s,
    greatest(elapsed_s - loader_s, 0) as other_s
from staging.load_step;

comment on view report.load_step is 'Where the time of the current load went.';
comment on column report.load_step.step_number is 'Place of the step in the load.';
comment on column report.load_step.step is 'What was done: a file that was read, a view that was filled.';
comment on column report.load_step.elapsed_s is 'How long it took; what ran beside other steps overlaps them.';
comment on column report.load_step.loader_s is 'Processor time of the loader itself.';
comment on column report.load_step.other_s is 'The rest: the database, the network, or waiting.';
