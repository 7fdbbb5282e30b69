-- needs: report.published_run, report.plan_layout, audit.site_before, model.removal_candidate, core.site, plan.decision, plan.scenario_phase,
--   core.site_profile
-- grain: one row per (run_id, site_id)

create view report.removal_candidate as

select
    -- the same in every query, whatever is filtered
    p.run_id * 10000000000 + t.site_id as removal_candidate_id,
    p.run_id,
    p.scenario_name,
    t.site_id,
    c.name,
    c.operator,
    l.ports_before as ports,
    l.port_count_before as port_count,
    m.utilisation_share,
    m.is_estimate,
    m.alternative_distance_m,
    m.opex_cad_per_session,
    m.is_little_used,
    m.is_replaceable,
    m.is_costly,
    m.is_candidate,
    case
        when not m.is_little_used then 'busy'
        when not m.is_replaceable then 'alone'
        when not m.is_costly then 'cheap'
        when not m.is_removable then 'estimated'
    end as kept_because,
    d.decision_id is not null as is_removed,
    o.address,
    o.city,
    o.owner_class,
    o.lon,
    o.lat,
    o.kw,
    c.geom::geometry(Point, :metric_srid) as geom
from report.published_run as p
-- with the locks that the run found: a station that one had opened, and that is open no more, has no measures
join audit.site_before as t on t.run_id = p.run_id and t.is_existing and t.is_in_plan
join core.site as c on c.site_id = t.site_id
join core.site_profile as o on o.site_id = t.site_id
join report.plan_layout as l on l.run_id = p.run_id and l.site_id = t.site_id and l.port_count_before > 0
left join model.removal_candidate as m on m.scenario_id = p.scenario_id and m.site_id = t.site_id
left join plan.decision as d on d.run_id = p.run_id and d.site_id = t.site_id and d.action = 'remove'
where exists (select from plan.scenario_phase as f where f.scenario_id = p.scenario_id and 'remove' = any (f.actions));

comment on view report.removal_candidate is 'Stations of today: which could go by the limits of each published scenario that may remove any, and what keeps the others.';
comment on column report.removal_candidate.removal_candidate_id is 'Key for GIS clients: run and site.';
comment on column report.removal_candidate.run_id is 'The run.';
comment on column report.removal_candidate.scenario_name is 'Name of the scenario.';
comment on column report.removal_candidate.site_id is 'The station.';
comment on column report.removal_candidate.name is 'Name, untrusted text.';
comment on column report.removal_candidate.operator is 'Operator, untrusted text.';
comment on column report.removal_candidate.ports is 'Ports before the plan as charger_type=count, joined by +.';
comment on column report.removal_candidate.port_count is 'All of them.';
comment on column report.removal_candidate.utilisation_share is 'Share of the time that its ports are busy.';
comment on column report.removal_candidate.is_estimate is 'True when it was not measured.';
comment on column report.removal_candidate.alternative_distance_m is 'Distance by road to the nearest other station with its levels.';
comment on column report.removal_candidate.opex_cad_per_session is 'Running cost for each session.';
comment on column report.removal_candidate.is_little_used is 'No busier than the scenario says.';
comment on column report.removal_candidate.is_replaceable is 'Others with its levels are near enough.';
comment on column report.removal_candidate.is_costly is 'A session costs no less than the scenario says.';
comment on column report.removal_candidate.is_candidate is 'All three: it may be taken away.';
comment on column report.removal_candidate.kept_because is 'The first limit that keeps it: busy, alone (no other station with its levels is near) cheap, or estimated (its use was not measured, and an estimate alone takes no station away); null where it may go, or was judged only while a lock opened it.';
comment on column report.removal_candidate.is_removed is 'The plan takes it away.';
comment on column report.removal_candidate.address is 'Where it is, for people: number and street, street, or coordinates; untrusted text.';
comment on column report.removal_candidate.city is 'Town of the nearest civic address; untrusted text.';
comment on column report.removal_candidate.owner_class is 'Whose land it is: public or private; null where no source tells.';
comment on column report.removal_candidate.lon is 'Longitude, degrees.';
comment on column report.removal_candidate.lat is 'Latitude, degrees.';
comment on column report.removal_candidate.kw is 'Power of its ports today; null where that of any is not known.';
comment on column report.removal_candidate.geom is 'Place.';
