-- needs: model.session_scenario, model.usual_charger, model.site_state
-- grain: one row per (scenario_id, level)

create view model.session_level as

select
    l.scenario_id,
    l.level,
    l.kwh_per_session,
    sum(case l.level when 'L2' then t.l2_port_count else t.l3_port_count end) * l.port_kw as installed_kw
from model.session_scenario as s
join model.usual_charger as l on l.scenario_id = s.scenario_id
join model.site_state as t on t.scenario_id = s.scenario_id
group by l.scenario_id, l.level, l.kwh_per_session, l.port_kw;

comment on view model.session_level is 'Levels of the scenarios that count sessions.';
comment on column model.session_level.scenario_id is 'The scenario.';
comment on column model.session_level.level is 'L2 or L3.';
comment on column model.session_level.kwh_per_session is 'Energy of a mean session.';
comment on column model.session_level.installed_kw is 'Power of all ports that stand before the plan.';
