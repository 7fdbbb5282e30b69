-- needs: model.site_state, plan.scenario_phase, plan.scenario_removal, model.layout_level, model.layout_port, model.charger, analysis.utilisation,
--   analysis.site_neighbour
-- grain: one row per (scenario_id, site_id)

create view model.removal_candidate as

with station as (
    select t.scenario_id, t.site_id, t.layout, t.is_counted
    from model.site_state as t
    where t.is_existing and t.port_count > 0
        and t.scenario_id in (select p.scenario_id from plan.scenario_phase as p where 'remove' = any (p.actions))
),

offered as (
    select s.scenario_id, l.level, s.site_id, s.is_counted
    from station as s
    join model.layout_level as l on l.scenario_id = s.scenario_id and l.layout = s.layout
),

near as (
    select a.scenario_id, a.level, a.site_id, min(d.distance_m) as distance_m
    from offered as a
    join analysis.site_neighbour as d on d.site_id = a.site_id
    -- only a station that counts stands in for another
    join offered as b on b.scenario_id = a.scenario_id and b.level = a.level and b.site_id = d.other_site_id and b.is_counted
    group by a.scenario_id, a.level, a.site_id
),

-- the farthest, where a station has several levels
alternative as (
    select o.scenario_id, o.site_id, nullif(max(coalesce(n.distance_m, 'infinity')), 'infinity') as distance_m
    from offered as o
    left join near as n on n.scenario_id = o.scenario_id and n.level = o.level and n.site_id = o.site_id
    group by o.scenario_id, o.site_id
),

running as (
    select
        p.scenario_id, p.layout,
        sum(p.port_count * c.opex_cad_per_port_year order by p.charger_type) as opex_cad_per_year,
        8760 * 60 * sum(p.port_count / c.session_min order by p.charger_type) as session_count_max
    from model.layout_port as p
    join model.charger as c on c.scenario_id = p.scenario_id and c.charger_type = p.charger_type
    group by p.scenario_id, p.layout
),

measured as (
    select
        s.scenario_id, s.site_id, u.utilisation_share, u.is_estimate,
        a.distance_m as alternative_distance_m,
        r.opex_cad_per_year / nullif(u.utilisation_share * r.session_count_max, 0) as opex_cad_per_session
    from station as s
    join running as r on r.scenario_id = s.scenario_id and r.layout = s.layout
    left join alternative as a on a.scenario_id = s.scenario_id and a.site_id = s.site_id
    left join analysis.utilisation as u on u.site_id = s.site_id
),

judged as (
    select
        m.*, r.is_candidate_only,
        coalesce(m.utilisation_share <= r.utilisation_share_max, false) as is_little_used,
        coalesce(m.alternative_distance_m <= r.alternative_distance_m, false) as is_replaceable,
        -- an unused station costs more for each session than any limit
        m.utilisation_share = 0 or coalesce(m.opex_cad_per_session >= r.opex_cad_per_session_min, false) as is_costly
    from measured as m
    join plan.scenario_removal as r on r.scenario_id = m.scenario_id
)

select
    scenario_id, site_id, utilisation_share, is_estimate, alternative_distance_m, opex_cad_per_session,
    is_little_used, is_replaceable, is_costly,
    is_little_used and is_replaceable and is_costly as is_candidate,
    -- an estimate alone takes no station away
    is_little_used and is_replaceable and is_costly and not is_estimate or not is_candidate_only as is_removable
from judged;

comment on view model.removal_candidate is 'Stations with how busy, how replaceable and how dear they are, for scenarios that may take stations away.';
comment on column model.removal_candidate.scenario_id is 'The scenario.';
comment on column model.removal_candidate.site_id is 'The station, as the scenario finds it.';
comment on column model.removal_candidate.utilisation_share is 'Share of the time that its ports are busy; null for one built by an earlier phase.';
comment on column model.removal_candidate.is_estimate is 'True when it was not measured.';
comment on column model.removal_candidate.alternative_distance_m is 'Distance by road to the nearest other station with its level, the farthest one where it has several; null where none is known.';
comment on column model.removal_candidate.opex_cad_per_session is 'Running cost of its ports for each session that they serve.';
comment on column model.removal_candidate.is_little_used is 'It is no busier than the scenario says.';
comment on column model.removal_candidate.is_replaceable is 'Others with its levels are within the distance that the scenario says.';
comment on column model.removal_candidate.is_costly is 'A session costs no less than the scenario says.';
comment on column model.removal_candidate.is_candidate is 'All three.';
comment on column model.removal_candidate.is_removable is 'A candidate whose use was measured, or the scenario asks for no candidates.';
