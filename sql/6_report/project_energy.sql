-- needs: report.project_port, model.phase, model.session_scenario, model.charger, model.charger_economy, plan.served_demand, plan.demand_service,
--   plan.service_without
-- grain: one row per (run_id, site_id, phase, level)

create view report.project_energy as

-- Where sessions are counted, with P the energy of the sessions that the added capacity of a project serves, served x (1 - before / after),
-- L what a station that loses capacity serves today of it, and D the sessions served with the plan less those served in the same phase
-- without it, as energy: a project adds P x least(1, greatest(0, D + sum of L) / sum of P), and loses L; sums over the projects that are
-- built by then. So sessions that only move from a station to a project add nothing, and all projects together add D.
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
),

-- sessions of a level that the region serves in a phase beyond those that it would serve without the plan
added as (
    select z.run_id, z.phase, z.level, sum(z.served_per_h) - w.served_per_h as sessions_per_h
    from plan.demand_service as z
    join plan.service_without as w on w.run_id = z.run_id and w.phase = z.phase and w.level = z.level
    group by z.run_id, z.phase, z.level, w.served_per_h
),

project as (
    select
        l.run_id, l.scenario_id, l.site_id, t.phase, l.level,
        n.scenario_id is not null as is_session_counted,
        l.kwh_change_per_year, l.revenue_change_cad_per_year,
        coalesce(l.revenue_cad_per_kwh, e.revenue_cad_per_kwh) as revenue_cad_per_kwh,
        case when l.capacity_after > 0 and l.capacity_after >= l.capacity_before
            then coalesce(d.sessions_per_h * k.kwh_per_peak_session, 0) * (1 - l.capacity_before / l.capacity_after)
            else 0
        end as served_kwh,
        case when l.capacity_after < l.capacity_before then l.kwh_before_per_year * (1 - l.capacity_after / l.capacity_before) else 0 end as lost_kwh,
        a.sessions_per_h * k.kwh_per_peak_session as added_kwh
    from level as l
    join model.phase as t on t.scenario_id = l.scenario_id and t.phase >= l.project_phase
    join model.charger as u on u.scenario_id = l.scenario_id and u.level = l.level and u.is_usual
    join model.charger_economy as e on e.scenario_id = u.scenario_id and e.charger_type = u.charger_type
    left join model.session_scenario as n on n.scenario_id = l.scenario_id
    left join plan.served_demand as d on d.run_id = l.run_id and d.phase = t.phase and d.level = l.level and d.site_id = l.site_id
    left join added as a on a.run_id = l.run_id and a.phase = t.phase and a.level = l.level
    -- a session of the busiest hour stands for those of a year
    cross join lateral (select u.kwh_per_session * e.peak_hours_per_year as kwh_per_peak_session) as k
),

summed as (
    select
        p.*,
        sum(p.served_kwh) over (partition by p.run_id, p.phase, p.level) as all_served_kwh,
        sum(p.lost_kwh) over (partition by p.run_id, p.phase, p.level) as all_lost_kwh
    from project as p
)

select
    s.run_id,
    s.site_id,
    s.phase,
    s.level,
    s.is_session_counted,
    case when s.is_session_counted then k.kwh else s.kwh_change_per_year end as kwh_per_year,
    case when s.is_session_counted then k.kwh * s.revenue_cad_per_kwh else s.revenue_change_cad_per_year end as revenue_cad_per_year
from summed as s
cross join lateral (
    select
        case when s.all_served_kwh > 0
            then s.served_kwh * least(1, greatest(0, coalesce(s.added_kwh, 0) + s.all_lost_kwh) / s.all_served_kwh)
            else 0
        end - s.lost_kwh as kwh
) as k;

comment on view report.project_energy is
    'Energy that projects add in a year, once a phase is built: of the sessions that are served beyond those without the plan, where it counts them, else by utilisation.';
comment on column report.project_energy.run_id is 'The run.';
comment on column report.project_energy.site_id is 'The site.';
comment on column report.project_energy.phase is 'The phase, at its end; from the one of the project on.';
comment on column report.project_energy.level is 'The level.';
comment on column report.project_energy.is_session_counted is 'True where the sessions are those of the plan.';
comment on column report.project_energy.kwh_per_year is 'Energy that reaches vehicles, against today; negative where ports go.';
comment on column report.project_energy.revenue_cad_per_year is 'What drivers pay for it, in money of the year that prices are of.';
