-- needs: model.session_scenario, model.zone_site, model.zone_demand
-- grain: one row per (scenario_id, site_id, level)

create table model.arriving_session as

select a.scenario_id, a.site_id, a.level, max(a.sessions_per_h) as sessions_per_h
from (
    select z.scenario_id, z.site_id, z.level, d.phase, sum(z.covered_share * d.sessions_per_h order by z.zone_id) as sessions_per_h
    from model.session_scenario as s
    join model.zone_site as z on z.scenario_id = s.scenario_id
    join model.zone_demand as d on d.scenario_id = z.scenario_id and d.level = z.level and d.zone_id = z.zone_id
    group by z.scenario_id, z.site_id, z.level, d.phase
) as a
group by a.scenario_id, a.site_id, a.level;

comment on table model.arriving_session is 'Most sessions that all zones may send to a site, whatever ports stand there.';
comment on column model.arriving_session.scenario_id is 'The scenario.';
comment on column model.arriving_session.site_id is 'The site.';
comment on column model.arriving_session.level is 'The level.';
comment on column model.arriving_session.sessions_per_h is 'Sessions per hour in the busiest hour of the phase with the most; ports for more of them serve no more.';
