-- needs: audit.audited_run, audit.level, audit.port_change, plan.scenario, plan.scenario_charger, plan.decision, plan.scenario_session, analysis.utilisation,
--   model.port_capacity_per_h, model.session_scenario
-- grain: one row per (run_id, code, value)

create view audit.figure_kept_session as

with level as (
    select
        d.run_id, d.site_id, d.phase, n.upgrade_kept_session_share, c.level,
        24 * h.peak_hour_share * sum(c.port_count_before * u.utilisation_share * 60 / t.session_min * t.kwh_per_session / l.kwh_per_session) as today_per_h,
        sum(model.port_capacity_per_h(c.port_count_before, t.session_min, l.wait_max_min, l.wait_probability_max)
            * t.kwh_per_session / l.kwh_per_session) as before_per_h,
        sum(model.port_capacity_per_h(c.port_count_after, t.session_min, l.wait_max_min, l.wait_probability_max)
            * t.kwh_per_session / l.kwh_per_session) as after_per_h
    from audit.audited_run as a
    join model.session_scenario as s on s.scenario_id = a.scenario_id
    join plan.scenario as n on n.scenario_id = a.scenario_id
    join plan.scenario_session as h on h.scenario_id = a.scenario_id
    join plan.decision as d on d.run_id = a.run_id and d.action = 'upgrade'
    join analysis.utilisation as u on u.site_id = d.site_id
    join audit.port_change as c on c.run_id = d.run_id and c.decision_id = d.decision_id
    join plan.scenario_charger as t on t.scenario_id = a.scenario_id and t.charger_type = c.charger_type
    join audit.level as l on l.scenario_id = a.scenario_id and l.level = c.level
    group by d.run_id, d.site_id, d.phase, n.upgrade_kept_session_share, h.peak_hour_share, c.level
),

asked as (
    select *, upgrade_kept_session_share * least(today_per_h, before_per_h) as kept_per_h
    from level
)

select
    run_id, 'kept_sessions' as code, jsonb_build_object('site_id', site_id, 'level', level, 'phase', phase) as value,
    kept_per_h as expected, after_per_h as found
from asked
where after_per_h < kept_per_h - 1e-4;

comment on view audit.figure_kept_session is 'Upgrades that leave too few ports for the sessions that the station serves today, where sessions are counted.';
comment on column audit.figure_kept_session.run_id is 'The run.';
comment on column audit.figure_kept_session.code is 'What is wrong: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.figure_kept_session.value is 'The site, level and phase: what the sentence takes beside expected and found.';
comment on column audit.figure_kept_session.expected is 'Sessions per hour that the ports must serve.';
comment on column audit.figure_kept_session.found is 'Sessions per hour that they can serve.';
