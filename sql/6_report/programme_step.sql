-- needs: report.published_run, report.phase_budget, report.project_schedule, audit.plan_part, plan.decision, plan.decision_port
-- grain: one row per (run_id, step_number)

create view report.programme_step as

-- what a run continues is part of the same programme, and comes before it
with step as (
    select
        p.run_id,
        (row_number() over (partition by p.run_id order by t.generation desc, b.phase))::integer as step_number,
        t.part_run_id as step_run_id,
        b.scenario_name, b.phase, b.year, b.title_en, b.title_fr,
        b.budget_cad, b.capex_cad, b.grant_cad, b.resale_cad, b.grid_upgrade_cad, b.net_capex_cad
    from report.published_run as p
    join audit.plan_part as t on t.run_id = p.run_id
    join report.phase_budget as b on b.run_id = t.part_run_id
),

project as (
    select
        run_id, phase,
        min(connection_from) as connection_from,
        min(permit_from) as permit_from,
        min(construction_from) as construction_from,
        min(begin_on) as begin_on,
        (count(*) filter (where is_late))::integer as late_count
    from report.project_schedule
    group by run_id, phase
),

port as (
    select
        run_id, phase,
        sum(greatest(port_count_after - port_count_before, 0))::integer as port_count_added,
        sum(greatest(port_count_before - port_count_after, 0))::integer as port_count_removed
    from plan.decision_port
    group by run_id, phase
),

decided as (
    select run_id, phase, count(*)::integer as project_count from plan.decision group by run_id, phase
)

select
    -- the same in every query, whatever is filtered
    s.run_id * 1000 + s.step_number as programme_step_id,
    s.run_id,
    s.step_number,
    s.step_run_id,
    s.scenario_name,
    s.phase,
    s.year,
    s.title_en,
    s.title_fr,
    coalesce(d.project_count, 0) as project_count,
    coalesce(o.port_count_added, 0) as port_count_added,
    coalesce(o.port_count_removed, 0) as port_count_removed,
    s.budget_cad,
    s.capex_cad,
    s.grant_cad,
    s.resale_cad,
    s.grid_upgrade_cad,
    s.net_capex_cad,
    sum(s.capex_cad) over so_far as cumulative_capex_cad,
    sum(s.net_capex_cad) over so_far as cumulative_net_capex_cad,
    j.begin_on,
    j.connection_from,
    j.permit_from,
    j.construction_from,
    make_date(s.year, 12, 31) as in_service_by,
    j.late_count
from step as s
left join decided as d on d.run_id = s.step_run_id and d.phase = s.phase
left join port as o on o.run_id = s.step_run_id and o.phase = s.phase
left join project as j on j.run_id = s.step_run_id and j.phase = s.phase
window so_far as (partition by s.run_id order by s.step_number);

comment on view report.programme_step is
    'The programme of each published run: its phases, after those of the runs that it continues, with money so far and when work has to begin.';
comment on column report.programme_step.programme_step_id is 'Key for GIS clients: run and step.';
comment on column report.programme_step.run_id is 'The run whose programme it is.';
comment on column report.programme_step.step_number is 'Number of the step, from 1: the phases of the earliest run first.';
comment on column report.programme_step.step_run_id is 'The run that decided it: the run itself, or one that it continues.';
comment on column report.programme_step.scenario_name is 'Name of the scenario of that run.';
comment on column report.programme_step.phase is 'Phase of that run.';
comment on column report.programme_step.year is 'Calendar year of the phase.';
comment on column report.programme_step.title_en is 'What the phase is for, in English.';
comment on column report.programme_step.title_fr is 'What the phase is for, in French.';
comment on column report.programme_step.project_count is 'Projects.';
comment on column report.programme_step.port_count_added is 'New ports.';
comment on column report.programme_step.port_count_removed is 'Ports that go.';
comment on column report.programme_step.budget_cad is 'Money for the phase, without what an earlier one left.';
comment on column report.programme_step.capex_cad is 'Capital cost, gross.';
comment on column report.programme_step.grant_cad is 'Grants.';
comment on column report.programme_step.resale_cad is 'What removed equipment brings.';
comment on column report.programme_step.grid_upgrade_cad is 'Grid upgrades.';
comment on column report.programme_step.net_capex_cad is 'Capital cost less grants and resale, with grid upgrades.';
comment on column report.programme_step.cumulative_capex_cad is 'Gross capital cost of this step and all before it.';
comment on column report.programme_step.cumulative_net_capex_cad is 'Net capital cost of this step and all before it.';
comment on column report.programme_step.begin_on is
    'Day by which work on the first of its projects has to begin; null where there is none, or lead times were not known.';
comment on column report.programme_step.connection_from is 'Earliest day by which one of them has to apply for a connection; null where none does.';
comment on column report.programme_step.permit_from is 'Earliest day by which design and permits of one have to begin; null where none needs any.';
comment on column report.programme_step.construction_from is 'Earliest day by which construction of one has to begin.';
comment on column report.programme_step.in_service_by is 'Day by which they are in service: the last of the year.';
comment on column report.programme_step.late_count is 'Projects on which work would have had to begin before the plan was there.';
