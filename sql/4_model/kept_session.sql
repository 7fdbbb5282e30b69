-- needs: model.session_scenario, model.scenario, model.site_state, model.layout_port, model.layout_level, model.charger, analysis.utilisation,
--   plan.scenario_session
-- grain: one row per (scenario_id, site_id, level); only stations in use

create table model.kept_session as

select
    t.scenario_id, t.site_id, p.level,
    -- in the busiest hour, as demand and capacity are; no more than its ports serve within the accepted wait: beyond that an upgrade takes nothing away
    m.upgrade_kept_session_share * least(
        24 * h.peak_hour_share * sum(p.port_count * u.utilisation_share * 60 / c.session_min * c.kwh_per_session / k.kwh_per_session order by p.charger_type),
        max(l.capacity_per_h)
    ) as sessions_per_h
from model.session_scenario as s
join model.scenario as m on m.scenario_id = s.scenario_id and m.upgrade_kept_session_share > 0
join plan.scenario_session as h on h.scenario_id = s.scenario_id
join model.site_state as t on t.scenario_id = s.scenario_id and t.is_existing
join analysis.utilisation as u on u.site_id = t.site_id and u.utilisation_share > 0
join model.layout_port as p on p.scenario_id = t.scenario_id and p.layout = t.layout
join model.layout_level as l on l.scenario_id = p.scenario_id and l.layout = p.layout and l.level = p.level
join model.charger as c on c.scenario_id = p.scenario_id and c.charger_type = p.charger_type
join model.charger as k on k.scenario_id = p.scenario_id and k.level = p.level and k.is_usual
group by t.scenario_id, t.site_id, p.level, m.upgrade_kept_session_share, h.peak_hour_share;

comment on table model.kept_session is 'Sessions of today that an upgrade of a station must leave ports for, where sessions are counted.';
comment on column model.kept_session.scenario_id is 'The scenario.';
comment on column model.kept_session.site_id is 'The station.';
comment on column model.kept_session.level is 'The level.';
comment on column model.kept_session.sessions_per_h is 'Sessions per hour, the mean of the day, in sessions of the usual charger: utilisation, measured or estimated, times ports over the length of a session.';
