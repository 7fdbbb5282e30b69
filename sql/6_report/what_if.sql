-- needs: plan.what_if, plan.run, plan.scenario, plan.decision, staging.load_history, core.region, report.adopted_run
-- grain: one row per (what_if_id)

create view report.what_if as

select
    w.what_if_id,
    w.parent_what_if_id,
    p.title as parent_title,
    w.base_scenario,
    w.scenario_name,
    w.title,
    w.settings,
    w.time_limit_s,
    w.asked_by,
    w.asked_at,
    w.state,
    w.wish,
    case when w.state = 'queued' then row_number() over (partition by w.state order by w.what_if_id) end::integer as queue_place,
    l.load_id,
    l.is_current as is_current_load,
    w.run_id,
    r.status,
    r.publication,
    r.objective,
    r.dual_bound,
    r.mip_gap,
    r.capex_cad,
    r.net_capex_cad,
    (select count(*) from plan.decision as d where d.run_id = w.run_id)::integer as change_count,
    a.run_id is not null as is_adopted,
    w.message,
    w.hint,
    w.started_at,
    w.finished_at
from plan.what_if as w
left join plan.what_if as p on p.what_if_id = w.parent_what_if_id
left join plan.run as r on r.run_id = w.run_id
left join plan.scenario as s on s.scenario_id = r.scenario_id
-- what waits is solved on the data that are loaded when its turn comes
join staging.load_history as l on l.load_id = coalesce(s.load_id, w.load_id)
join core.region as g on g.region = l.region
left join report.adopted_run as a on a.run_id = w.run_id and a.generation = 0;

comment on view report.what_if is 'What-ifs of the desk on the region that is loaded: what they change, how they stand, and what came of them, on which data.';
comment on column report.what_if.what_if_id is 'Number of the what-if.';
comment on column report.what_if.parent_what_if_id is 'The what-if it was made from; null where that was the scenario itself.';
comment on column report.what_if.parent_title is 'What that is called; untrusted text.';
comment on column report.what_if.base_scenario is 'The scenario that it changes, by its name or the path of its file.';
comment on column report.what_if.scenario_name is 'Name of the scenario that it is stored as, and that its locks name.';
comment on column report.what_if.title is 'What the person who asked calls it; untrusted text.';
comment on column report.what_if.settings is 'Keys that have another value than in the scenario, with the value as it was written.';
comment on column report.what_if.time_limit_s is 'Seconds that its solve may take.';
comment on column report.what_if.asked_by is 'Who asked; untrusted text.';
comment on column report.what_if.asked_at is 'When.';
comment on column report.what_if.state is 'queued, running, done, failed or cancelled.';
comment on column report.what_if.wish is 'What is to be done with it next: stop, cancel or adopt; null for nothing.';
comment on column report.what_if.queue_place is 'Its place among those that wait, from 1; null for all others.';
comment on column report.what_if.load_id is 'The load it was solved on; of one that was not, the load it was asked on.';
comment on column report.what_if.is_current_load is 'True where that is the load that the views show; other plans were made on other data, and cannot be adopted.';
comment on column report.what_if.run_id is 'The run that solved it.';
comment on column report.what_if.status is 'How that run ended, as report.run_summary has it.';
comment on column report.what_if.publication is 'What became of its plan: published, kept, rejected or none.';
comment on column report.what_if.objective is 'Value of the plan; higher is better.';
comment on column report.what_if.dual_bound is 'No plan can be better than this.';
comment on column report.what_if.mip_gap is 'How much better a plan could be at most, as a share of the objective.';
comment on column report.what_if.capex_cad is 'Capital cost, gross.';
comment on column report.what_if.net_capex_cad is 'What the municipality pays: capital cost and grid upgrades less grants and resale.';
comment on column report.what_if.change_count is 'Sites that the plan changes.';
comment on column report.what_if.is_adopted is 'True for the adopted plan of the region.';
comment on column report.what_if.message is 'Why it failed, or why a wish was not granted.';
comment on column report.what_if.hint is 'What to do about it.';
comment on column report.what_if.started_at is 'When its solve began.';
comment on column report.what_if.finished_at is 'When it ended.';
