-- needs: audit.audited_run, plan.scenario_rule, plan.scenario_target, plan.demand_service, plan.served_flow
-- grain: one row per (run_id, subject)

create view audit.limit_min_served as

select
    a.run_id, format('%s, phase %s', t.level, t.phase) as subject, 'served_share' as code,
    jsonb_build_object('level', t.level, 'phase', t.phase) as value, t.served_min_share as expected, s.share as found,
    coalesce(s.share < t.served_min_share - 1e-6, true) as is_violated
from audit.audited_run as a
join plan.scenario_rule as u on u.scenario_id = a.scenario_id and u.rule = 'min_served' and u.is_on
join plan.scenario_target as t on t.scenario_id = a.scenario_id and t.served_min_share > 0
cross join lateral (
    select sum(w.demand_per_h) as per_h from plan.demand_service as w
    where w.run_id = a.run_id and w.phase = t.phase and w.level = t.level
) as d
cross join lateral (
    select coalesce(sum(w.sessions_per_h), 0) as per_h from plan.served_flow as w
    where w.run_id = a.run_id and w.phase = t.phase and w.level = t.level
) as f
cross join lateral (select case when d.per_h > 0 then f.per_h / d.per_h when d.per_h = 0 then 1 end as share) as s;

comment on view audit.limit_min_served is 'Levels and phases with the share of sessions that they serve and must serve.';
comment on column audit.limit_min_served.run_id is 'The run.';
comment on column audit.limit_min_served.subject is 'The level and phase, as the key that plan.run_constraint_slack has.';
comment on column audit.limit_min_served.code is 'What would be broken: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.limit_min_served.value is 'The same in names and numbers: what the sentence takes beside expected and found.';
comment on column audit.limit_min_served.expected is 'Least share of the sessions of the busiest hour.';
comment on column audit.limit_min_served.found is 'Share that is served; null where the plan says nothing of sessions.';
comment on column audit.limit_min_served.is_violated is 'True where the plan breaks the rule.';
