-- needs: report.published_run, plan.decision, plan.scenario_phase, plan.scenario_lead_time, plan.scenario_connection_lead
-- grain: one row per (run_id, site_id)

create view report.project_schedule as

with due as (
    select
        p.run_id, d.decision_id, d.site_id, d.site_name as name, d.phase, f.year, d.action, d.added_kw,
        (p.finished_at at time zone 'UTC')::date as planned_on,
        -- a phase ends with its year: what is counted of it, vehicles and coverage, is that of the day after
        make_date(f.year + 1, 1, 1) as open_on,
        case when d.action = 'remove' then l.removal_month else l.construction_month end as construction_month,
        case when d.action <> 'remove' then l.permit_month end as permit_month,
        c.lead_month as connection_month
    from report.published_run as p
    join plan.decision as d on d.run_id = p.run_id
    join plan.scenario_phase as f on f.scenario_id = p.scenario_id and f.phase = d.phase
    join plan.scenario_lead_time as l on l.scenario_id = p.scenario_id
    -- what needs no more power needs no new connection
    left join lateral (
        select k.lead_month from plan.scenario_connection_lead as k
        where k.scenario_id = p.scenario_id and k.added_kw_min <= d.added_kw
        order by k.added_kw_min desc limit 1
    ) as c on d.added_kw > 0
),

dated as (
    select
        d.*,
        (d.open_on - make_interval(months => d.construction_month))::date as construction_from,
        (d.open_on - make_interval(months => d.construction_month + d.permit_month))::date as permit_from,
        (d.open_on - make_interval(months => d.connection_month))::date as connection_from
    from due as d
)

select
    -- the same in every query, whatever is filtered
    run_id * 10000000000 + site_id as project_schedule_id,
    run_id,
    site_id,
    name,
    phase,
    year,
    action,
    added_kw,
    connection_month,
    permit_month,
    construction_month,
    connection_from,
    permit_from,
    construction_from,
    open_on - 1 as in_service_by,
    least(connection_from, permit_from, construction_from) as begin_on,
    planned_on,
    least(connection_from, permit_from, construction_from) < planned_on as is_late
from dated;

comment on view report.project_schedule is
    'When work on each project has to begin, counted back from the end of the year of its phase; none for scenarios stored before lead times were known.';
comment on column report.project_schedule.project_schedule_id is 'Key for GIS clients: run and site.';
comment on column report.project_schedule.run_id is 'The run.';
comment on column report.project_schedule.site_id is 'The site.';
comment on column report.project_schedule.name is 'Name of the site at the time, untrusted text.';
comment on column report.project_schedule.phase is 'Phase of the project.';
comment on column report.project_schedule.year is 'Calendar year of the phase.';
comment on column report.project_schedule.action is 'expand, upgrade, build or remove.';
comment on column report.project_schedule.added_kw is 'Change of the connected power.';
comment on column report.project_schedule.connection_month is
    'Months from the application for a connection to power; null where no power is added.';
comment on column report.project_schedule.permit_month is 'Months of design and permits; null for a removal.';
comment on column report.project_schedule.construction_month is 'Months of works on the site.';
comment on column report.project_schedule.connection_from is
    'Day by which the connection has to be applied for; it is there when construction ends. Null where no power is added.';
comment on column report.project_schedule.permit_from is
    'Day by which design and permits have to begin; construction follows them. Null for a removal.';
comment on column report.project_schedule.construction_from is 'Day by which construction, or the removal, has to begin.';
comment on column report.project_schedule.in_service_by is
    'Day by which it is in service, or the station gone: the last of the year of the phase.';
comment on column report.project_schedule.begin_on is 'The first of these days.';
comment on column report.project_schedule.planned_on is 'Day on which the run finished (UTC).';
comment on column report.project_schedule.is_late is
    'Work would have had to begin before the plan was there: the project cannot be in service in time, unless it goes faster.';
