-- needs: plan.run, plan.scenario, plan.scenario_rule, plan.scenario_target, plan.demand_service, plan.served_flow, core.region
-- grain: one row per (run_id, subject)

create view audit.min_served as

with asked as (
    select run_id, phase, level, sum(demand_per_h) as demand_per_h from plan.demand_service group by run_id, phase, level
),

served as (
    select run_id, phase, level, sum(sessions_per_h) as sessions_per_h from plan.served_flow group by run_id, phase, level
),

reached as (
    select
        r.run_id, t.phase, t.level, t.served_min_share,
        case when d.demand_per_h > 0 then coalesce(f.sessions_per_h, 0) / d.demand_per_h else (d.demand_per_h is not null)::integer end
            as served_share
    from plan.run as r
    join plan.scenario as n on n.scenario_id = r.scenario_id
    join core.region as g on g.load_id = n.load_id
    join plan.scenario_rule as u on u.scenario_id = r.scenario_id and u.rule = 'min_served' and u.is_on
    join plan.scenario_target as t on t.scenario_id = r.scenario_id and t.served_min_share > 0
    left join asked as d on d.run_id = r.run_id and d.phase = t.phase and d.level = t.level
    left join served as f on f.run_id = r.run_id and f.phase = t.phase and f.level = t.level
    where r.status in ('optimal', 'feasible')
)

select
    run_id,
    format('%s, phase %s', level, phase) as subject,
    served_min_share as expected,
    served_share as found,
    format(
        '%s serves %s %% of the sessions at the end of phase %s; asked for are %s %%.', level, round(100 * served_share::numeric, 2),
        phase, round(100 * served_min_share::numeric, 2)
    ) as message
from reached
where served_share < served_min_share - 1e-6;

comment on view audit.min_served is 'Levels and phases that serve fewer sessions than the scenario asks for.';
comment on column audit.min_served.run_id is 'The run.';
comment on column audit.min_served.subject is 'The level and phase.';
comment on column audit.min_served.expected is 'Least share of the sessions of the busiest hour.';
comment on column audit.min_served.found is 'Share that is served.';
comment on column audit.min_served.message is 'The violation in words.';
