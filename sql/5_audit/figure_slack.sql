-- needs: audit.audited_run, audit.limit_min_coverage, audit.limit_budget, audit.limit_opex_limit, audit.limit_cost_limit,
--   audit.limit_min_served, audit.limit_grid_area_power, audit.limit_equity, audit.limit_area_station_limits,
--   audit.limit_projects_per_phase, audit.limit_locks, plan.scenario_phase, plan.scenario_rule, plan.run_constraint_slack
-- grain: one row per (run_id, code, value)

create view audit.figure_slack as

-- rules whose rows are what a planner sees; others merge and rewrite what they limit
with due as not materialized (
    select run_id, 'min_coverage' as rule, subject, abs(expected - found) as slack from audit.limit_min_coverage
    union all select run_id, 'budget', subject, abs(expected - found) from audit.limit_budget
    union all select run_id, 'opex_limit', subject, abs(expected - found) from audit.limit_opex_limit
    union all select run_id, 'cost_limit', subject, abs(expected - found) from audit.limit_cost_limit
    union all select run_id, 'min_served', subject, abs(expected - found) from audit.limit_min_served
    union all select run_id, 'grid_area_power', subject, abs(expected - found) from audit.limit_grid_area_power
    union all select run_id, 'equity', subject, abs(expected - found) from audit.limit_equity
    union all select run_id, 'area_station_limits', subject, abs(expected - found) from audit.limit_area_station_limits
    -- planning areas without a site that may change have no row
    union all select l.run_id, 'projects_per_phase', l.subject, abs(l.expected - l.found) from audit.limit_projects_per_phase as l
    where l.found > 0 or l.subject like 'region %' or exists (
        select from plan.run_constraint_slack as b where b.run_id = l.run_id and b.rule = 'projects_per_phase' and b.subject = l.subject
    )
    union all select run_id, 'locks', subject, abs(expected - found) from audit.limit_locks
),

said as not materialized (
    select
        b.*, a.scenario_id, coalesce(u.is_on, false) as is_on, b.subject = 'all ' || b.row_count and b.limit_value is null as is_summed,
        b.rule in ('min_spacing', 'max_overlap', 'protected_coverage', 'projects_per_phase')
            or b.rule = 'max_gap' and b.about ->> 'place' = 'site' as is_in_every_phase,
        -- one station, or none without another: the limit that is no parameter
        case when b.rule in ('min_spacing', 'protected_coverage') then 1 when b.rule = 'max_gap' then (b.about ->> 'place' <> 'site')::integer end
            as limit_due
    from audit.audited_run as a
    join plan.run_constraint_slack as b on b.run_id = a.run_id
    left join plan.scenario_rule as u on u.scenario_id = a.scenario_id and u.rule = b.rule
)

select s.run_id, v.code, jsonb_build_object('rule', s.rule, 'subject', s.subject) as value, v.expected, v.found
from said as s
cross join lateral (values
    ('slack_rule_off', 1::double precision, 0::double precision, not s.is_on),
    ('slack_about', 1, 0, s.is_summed and s.about <> '{}' or exists (
        select from jsonb_each_text(s.about) as e
        where case e.key when 'phase' then s.subject !~ ('\mphase ' || e.value || '\M') else position(e.value in s.subject) = 0 end
    )),
    ('slack_limit', s.limit_due, s.limit_value, not s.is_summed and s.limit_due <> s.limit_value),
    ('slack_row_count', 1, s.row_count, not s.is_summed and s.row_count <> 1),
    ('slack_binding_count', s.row_count, s.binding_count, s.binding_count not between 0 and s.row_count),
    ('slack_binding_none', 1, s.binding_count, s.slack <= 1e-6 and s.binding_count = 0),
    ('slack_difference', abs(s.limit_value - s.found_value), s.slack, case
        when s.is_summed then s.slack < 0 or s.found_value is not null
        else coalesce(abs(s.slack - abs(s.limit_value - s.found_value)) > 1e-6 * greatest(1, s.slack), true)
    end)
) as v (code, expected, found, is_wrong)
where v.is_wrong

union all

select
    k.run_id, 'slack_phases', jsonb_build_object('rule', k.rule, 'subject', k.subject), k.phase_count, k.row_count
from (
    select
        s.run_id, s.rule, regexp_replace(s.subject, '\mphase ' || (s.about ->> 'phase') || '\M', 'every phase') as subject,
        p.phase_count, count(*) as row_count
    from said as s
    join (select f.scenario_id, count(*) as phase_count from plan.scenario_phase as f group by f.scenario_id) as p
        on p.scenario_id = s.scenario_id
    where s.is_in_every_phase and not s.is_summed
    group by s.run_id, s.rule, regexp_replace(s.subject, '\mphase ' || (s.about ->> 'phase') || '\M', 'every phase'), p.phase_count
) as k
where k.row_count <> k.phase_count

union all

select
    a.run_id, 'slack', jsonb_build_object('rule', k.rule, 'subject', k.subject), k.slack_due, k.slack
from audit.audited_run as a
cross join lateral (
    select rule, subject, d.slack as slack_due, s.slack
    from (
        select g.rule, case when g.row_count > 40 then 'all ' || g.row_count else g.subject end as subject, min(g.slack) as slack
        from (select e.*, count(*) over (partition by e.rule) as row_count from due as e where e.run_id = a.run_id) as g
        group by g.rule, case when g.row_count > 40 then 'all ' || g.row_count else g.subject end
    ) as d
    full join (
        select b.rule, b.subject, b.slack from plan.run_constraint_slack as b
        where b.run_id = a.run_id and b.rule in (
            'min_coverage', 'budget', 'opex_limit', 'cost_limit', 'min_served', 'grid_area_power', 'equity', 'area_station_limits',
            'projects_per_phase', 'locks'
        )
    ) as s using (rule, subject)
) as k
where coalesce(
    abs(k.slack_due - k.slack) > 1e-6 * greatest(1, k.slack_due),
    -- how many rows there are is known where they are not put together
    k.rule <> 'projects_per_phase' or not exists (
        select from said as s where s.run_id = a.run_id and s.rule = 'projects_per_phase' and s.is_summed
    )
);

comment on view audit.figure_slack is 'What rules leave in a plan, where that is not the distance of what is found from its limit, or rows are missing.';
comment on column audit.figure_slack.run_id is 'The run.';
comment on column audit.figure_slack.code is 'What is wrong: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.figure_slack.value is 'The rule and the row that it speaks of: what the sentence takes beside expected and found.';
comment on column audit.figure_slack.expected is 'The figure worked out anew; null where there should be none.';
comment on column audit.figure_slack.found is 'What the plan says.';
