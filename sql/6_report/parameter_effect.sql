-- needs: report.sensitivity
-- grain: one row per (parent_run_id, parameter)

create view report.parameter_effect as

with varied as (
    select v.parent_run_id, v.parameter, v.run_id, v.value, v.base_value, v.objective_change, l.level, l.people_change
    from report.sensitivity as v
    left join lateral (
        select key as level, value::integer as people_change from jsonb_each(v.people_change_by_level)
    ) as l on true
    where v.parameter_count = 1 and v.objective_change is not null
),

by_level as (
    select
        parent_run_id, parameter, level,
        (array_agg(base_value order by run_id))[1] as base_value,
        (array_agg(value order by people_change, round(objective_change::numeric, 9), run_id))[1] as value_worst,
        (array_agg(value order by people_change desc, round(objective_change::numeric, 9) desc, run_id desc))[1] as value_best,
        min(people_change) as people_change_worst,
        max(people_change) as people_change_best,
        -- the plan as it is lies between them
        max(people_change * (people_change > 0)::integer) - min(people_change * (people_change < 0)::integer) as people_spread,
        max(abs(objective_change)) as objective_change_widest
    from varied
    group by parent_run_id, parameter, level
),

-- the level whose people depend on it most
widest as (
    select distinct on (parent_run_id, parameter) *
    from by_level
    order by parent_run_id, parameter, people_spread desc nulls last, level
)

select
    row_number() over (order by parent_run_id, parameter) as parameter_effect_id,
    parent_run_id,
    parameter,
    level,
    base_value,
    value_worst,
    value_best,
    people_change_worst,
    people_change_best,
    objective_change_widest,
    (row_number() over (
        partition by parent_run_id
        order by people_spread desc nulls last, round(objective_change_widest::numeric, 9) desc, parameter
    ))::integer as place
from widest;

comment on view report.parameter_effect is 'What each parameter that a sweep varied means for people: how many more or fewer the plan that is made anew has within the service distance.';
comment on column report.parameter_effect.parameter_effect_id is 'Key for GIS clients.';
comment on column report.parameter_effect.parent_run_id is 'The run that is varied.';
comment on column report.parameter_effect.parameter is 'What is varied, alone.';
comment on column report.parameter_effect.level is 'The level whose people depend on it most; null for points of a study.';
comment on column report.parameter_effect.base_value is 'Its value in the parent run.';
comment on column report.parameter_effect.value_worst is 'The value with the fewest people within the service distance of the level.';
comment on column report.parameter_effect.value_best is 'The value with the most.';
comment on column report.parameter_effect.people_change_worst is 'People at the worst value less those of the parent run, at the end of the plan; null for points of a study.';
comment on column report.parameter_effect.people_change_best is 'The same at the best value.';
comment on column report.parameter_effect.objective_change_widest is 'Largest change of the objective, whatever its sign.';
comment on column report.parameter_effect.place is 'Its place: first the parameter with most people between its worst value and its best, the plan as it is among them; by the objective where they are alike.';
