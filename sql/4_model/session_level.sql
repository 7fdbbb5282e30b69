-- needs: model.session_scenario, model.charger, model.site_state, model.layout_level
-- grain: one row per (scenario_id, level)

create view model.session_level as

select
    c.scenario_id,
    c.level,
    c.kwh_per_session,
    coalesce(k.installed_kw, 0) as installed_kw
from model.session_scenario as s
join model.charger as c on c.scenario_id = s.scenario_id and c.is_usual
left join (
    select t.scenario_id, l.level, sum(l.kw order by t.site_id) as installed_kw
    from model.session_scenario as n
    join model.site_state as t on t.scenario_id = n.scenario_id and t.is_counted
    join model.layout_level as l on l.scenario_id = t.scenario_id and l.layout = t.layout
    group by t.scenario_id, l.level
) as k on k.scenario_id = c.scenario_id and k.level = c.level;

comment on view model.session_level is 'Levels of the scenarios that count sessions.';
comment on column model.session_level.scenario_id is 'The scenario.';
comment on column model.session_level.level is 'The level.';
comment on column model.session_level.kwh_per_session is 'Energy of a mean session of its usual charger.';
comment on column model.session_level.installed_kw is 'Power of the ports that stand before the plan at stations that count.';
