-- needs: report.published_run, plan.decision_port, model.charger, model.charger_economy, model.port_capacity_per_h, analysis.utilisation
-- grain: one row per (run_id, site_id, charger_type)

create view report.project_port as

select
    r.run_id,
    r.scenario_id,
    p.site_id,
    p.phase,
    p.charger_type,
    c.level,
    k.port_count_change,
    p.port_count_before * c.port_kw as kw_before,
    p.port_count_after * c.port_kw as kw_after,
    c.utilisation_share,
    c.opex_cad_per_port_year,
    e.network_fee_cad_per_port_year,
    e.revenue_cad_per_kwh,
    p.port_count_before * b.kwh_per_port_year as kwh_before_per_year,
    -- new ports are as busy as the scenario says
    k.port_count_change * case when k.port_count_change > 0 then c.utilisation_share * e.busy_kwh_per_year else b.kwh_per_port_year end
        as kwh_change_per_year,
    c.kwh_per_session * model.port_capacity_per_h(p.port_count_before, c.session_min, c.wait_max_min, c.wait_probability_max)
        as capacity_before_kwh_per_h,
    c.kwh_per_session * model.port_capacity_per_h(p.port_count_after, c.session_min, c.wait_max_min, c.wait_probability_max)
        as capacity_after_kwh_per_h
from report.published_run as r
join plan.decision_port as p using (run_id)
join model.charger as c on c.scenario_id = r.scenario_id and c.charger_type = p.charger_type
join model.charger_economy as e on e.scenario_id = c.scenario_id and e.charger_type = c.charger_type
left join analysis.utilisation as u on u.site_id = p.site_id
cross join lateral (select p.port_count_after - p.port_count_before as port_count_change) as k
-- ports of today are as busy as their station is, measured or estimated
cross join lateral (select coalesce(u.utilisation_share, c.utilisation_share) * e.busy_kwh_per_year as kwh_per_port_year) as b;

comment on view report.project_port is 'Ports that projects of published plans add and take away, with their fees, prices and energy, in money of the year that prices are of.';
comment on column report.project_port.run_id is 'The run.';
comment on column report.project_port.scenario_id is 'Its scenario.';
comment on column report.project_port.site_id is 'The site.';
comment on column report.project_port.phase is 'Phase of the project.';
comment on column report.project_port.charger_type is 'The charger type.';
comment on column report.project_port.level is 'Its level.';
comment on column report.project_port.port_count_change is 'Ports afterwards less those before.';
comment on column report.project_port.kw_before is 'Power of its ports before.';
comment on column report.project_port.kw_after is 'Power of its ports afterwards.';
comment on column report.project_port.utilisation_share is 'Share of the time that a new port of it is busy.';
comment on column report.project_port.opex_cad_per_port_year is 'Upkeep of a port and year.';
comment on column report.project_port.network_fee_cad_per_port_year is 'Network fee of a port and year.';
comment on column report.project_port.revenue_cad_per_kwh is 'What drivers pay for a kWh.';
comment on column report.project_port.kwh_before_per_year is 'Energy of the ports before, by the utilisation of their station.';
comment on column report.project_port.kwh_change_per_year is 'Energy that new ports give at the utilisation of the scenario, less that of ports taken away.';
comment on column report.project_port.capacity_before_kwh_per_h is 'Energy of the sessions that the ports before serve in an hour within the accepted wait.';
comment on column report.project_port.capacity_after_kwh_per_h is 'The same of the ports afterwards.';
