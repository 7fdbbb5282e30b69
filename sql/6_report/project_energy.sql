-- needs: report.project_port, model.phase, model.session_scenario, model.charger, model.charger_economy, plan.served_demand
-- grain: one row per (run_id, site_id, phase, level)

create view report.project_energy as

with level as (
    select
        p.run_id, p.scenario_id, p.site_id, p.phase as project_phase, p.level,
        sum(p.kwh_before_per_year) as kwh_before_per_year,
        sum(p.kwh_change_per_year) as kwh_change_per_year,
        sum(p.kwh_change_per_year * p.revenue_cad_per_kwh) as revenue_change_cad_per_year,
        -- what a kWh brings: of the types whose capacity changes, by how much it does
        sum(p.revenue_cad_per_kwh * abs(p.capacity_after_kwh_per_h - p.capacity_before_kwh_per_h))
            / nullif(sum(abs(p.capacity_after_kwh_per_h - p.capacity_before_kwh_per_h)), 0) as revenue_cad_per_kwh,
        sum(p.capacity_before_kwh_per_h) as capacity_before,
        sum(p.capacity_after_kwh_per_h) as capacity_after
    from report.project_port as p
    group by p.run_id, p.scenario_id, p.site_id, p.phase, p.level
)

select
    l.run_id,
    l.site_id,
    t.phase,
    l.level,
    n.scenario_id is not null as is_session_counted,
    case when n.scenario_id is null then l.kwh_change_per_year else k.kwh end as kwh_per_year,
    case when n.scenario_id is null then l.revenue_change_cad_per_year else k.kwh * coalesce(l.revenue_cad_per_kwh, e.revenue_cad_per_kwh) end as revenue_cad_per_year
from level as l
join model.phase as t on t.scenario_id = l.scenario_id and t.phase >= l.project_phase
join model.charger as u on u.scenario_id = l.scenario_id and u.level = l.level and u.is_usual
join model.charger_economy as e on e.scenario_id = u.scenario_id and e.charger_type = u.charger_type
left join model.session_scenario as n on n.scenario_id = l.scenario_id
left join plan.served_demand as d on d.run_id = l.run_id and d.phase = t.phase and d.level = l.level and d.site_id = l.site_id
cross join lateral (
    select case
        -- The part of what the site serves that its added capacity serves: served x (1 - before / after).
        when l.capacity_after > 0 and l.capacity_after >= l.capacity_before
            then coalesce(d.sessions_per_h * u.kwh_per_session * e.peak_hours_per_year, 0) * (1 - l.capacity_before / l.capacity_after)
        -- The part of what the station serves today that goes with the capacity lost.
        else -l.kwh_before_per_year * (1 - l.capacity_after / nullif(l.capacity_before, 0))
    end as kwh
) as k;

comment on view report.project_energy is
    'Energy that projects add in a year, once a phase is built: of the sessions that the plan has there, where it counts them, else by utilisation.';
comment on column report.project_energy.run_id is 'The run.';
comment on column report.project_energy.site_id is 'The site.';
comment on column report.project_energy.phase is 'The phase, at its end; from the one of the project on.';
comment on column report.project_energy.level is 'The level.';
comment on column report.project_energy.is_session_counted is 'True where the sessions are those of the plan.';
comment on column report.project_energy.kwh_per_year is 'Energy that reaches vehicles, against today; negative where ports go.';
comment on column report.project_energy.revenue_cad_per_year is 'What drivers pay for it, in money of the year that prices are of.';
