-- needs: plan.constraint_gain, plan.run_constraint_slack, plan.run, plan.scenario_level, report.coverage_worth
-- grain: one row per (run_id, rule, subject, level)

create view report.constraint_gain as

select
    row_number() over (order by g.run_id, g.rule, g.subject, g.level) as constraint_gain_id,
    g.run_id,
    g.rule,
    g.subject,
    b.about,
    b.step,
    replace(lower(b.unit), ' ', '_') as unit,
    b.row_count,
    g.level,
    l.service_distance_m,
    g.population_change,
    g.weight_share_change,
    g.sessions_change_per_h,
    -- both plans are as good as any: neither the run nor the answer was cut off before that was proven
    coalesce(r.status = 'optimal' and b.marginal_value_max - b.marginal_value <= v.tolerance * greatest(abs(r.objective), 1), false) as is_proven,
    coalesce(b.marginal_value > v.tolerance, false) as is_better,
    c.level as worth_level,
    -- whole people, but for the last digits
    floor(b.marginal_value * c.population_per_objective + 1e-6) as worth_population_low,
    ceil(b.marginal_value_max * c.population_per_objective - 1e-6) as worth_population_high,
    (dense_rank() over (
        partition by g.run_id
        order by w.population_change_best desc nulls last, w.sessions_change_best_per_h desc nulls last, w.weight_share_change_best desc, g.rule, g.subject
    ))::integer as place
from plan.constraint_gain as g
join plan.run_constraint_slack as b using (run_id, rule, subject)
join plan.run as r using (run_id)
join plan.scenario_level as l on l.scenario_id = r.scenario_id and l.level = g.level
left join report.coverage_worth as c on c.run_id = g.run_id
-- the gap at which a solve ends as proven
cross join (select 1e-4 as tolerance) as v
cross join lateral (
    select
        -- of what is shown: sums differ in their last digits from server to server
        max(round(o.population_change::numeric)) as population_change_best,
        max(round(o.sessions_change_per_h::numeric, 1)) as sessions_change_best_per_h,
        max(round(o.weight_share_change::numeric, 6)) as weight_share_change_best
    from plan.constraint_gain as o
    where o.run_id = g.run_id and o.rule = g.rule and o.subject = g.subject
) as w;

comment on view report.constraint_gain is 'What a step more room in a rule brings to people: the plan that is found then beside the plan of the run, at the end of the last phase.';
comment on column report.constraint_gain.constraint_gain_id is 'Key for GIS clients.';
comment on column report.constraint_gain.run_id is 'The run.';
comment on column report.constraint_gain.rule is 'Name of the rule.';
comment on column report.constraint_gain.subject is 'The row of it that was relaxed, as a key: a phase, a grid area, or all of its rows together.';
comment on column report.constraint_gain.about is 'The same in codes and numbers, such as phase and grid_node_id; empty for many rows together.';
comment on column report.constraint_gain.step is 'By how much it was relaxed, in the unit of the rule.';
comment on column report.constraint_gain.unit is 'Unit of the step, as in report.constraint_slack.';
comment on column report.constraint_gain.row_count is 'Rows of the model that were relaxed together.';
comment on column report.constraint_gain.level is 'The level.';
comment on column report.constraint_gain.service_distance_m is 'How far a station of the level serves.';
comment on column report.constraint_gain.population_change is 'People within the service distance that the other plan has more, below zero where fewer; null for points of a study.';
comment on column report.constraint_gain.weight_share_change is 'Covered demand that it has more, as a share of all demand.';
comment on column report.constraint_gain.sessions_change_per_h is 'Sessions of the busiest hour that it serves more; null where the scenario counts none.';
comment on column report.constraint_gain.is_better is 'The other plan has a better objective: the room is worth something.';
comment on column report.constraint_gain.is_proven is 'Neither plan can be better by more than a ten-thousandth; else a search was cut off, and the figures are those of the best plans found.';
comment on column report.constraint_gain.worth_level is 'The level whose coverage the objective weighs most.';
comment on column report.constraint_gain.worth_population_low is
    'The best plan with that room is worth at least as much more as covering so many people of mean weight at that level; null where the objective weighs no coverage, and for points of a study.';
comment on column report.constraint_gain.worth_population_high is 'And at most: where both plans are proven the two are the same but for the gap at which a solve ends.';
comment on column report.constraint_gain.place is 'Place of the row of the rule in its run, that whose room brings most people first; then by sessions, then by demand.';
