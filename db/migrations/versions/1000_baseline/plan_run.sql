-- Runs: how they ended, what they had to keep, what the audit found, which is adopted.

create table plan.run (
    run_id bigint generated always as identity primary key,
    scenario_id bigint not null references plan.scenario on delete cascade,
    parent_run_id bigint,
    status text not null,
    publication text not null,
    objective double precision,
    dual_bound double precision,
    mip_gap double precision,
    solver text,
    solver_version text,
    input_sha256 text,
    capex_cad double precision,
    net_capex_cad double precision,
    work_out_s double precision,
    read_s double precision,
    build_s double precision,
    solve_s double precision,
    write_s double precision,
    audit_s double precision,
    message text,
    started_at timestamptz not null default now(),
    finished_at timestamptz,
    grid_upgrade_cad double precision,
    constraint run_publication_check check (publication in ('pending', 'published', 'kept', 'rejected', 'none')),
    constraint run_status_check check (status in ('running', 'optimal', 'feasible', 'infeasible', 'no_plan', 'interrupted', 'failed'))
);
create index run_parent_run_id_idx on plan.run (parent_run_id);
create index run_scenario_id_idx on plan.run (scenario_id);
comment on table plan.run is 'One row per solve, from its start to its audit.';
comment on column plan.run.run_id is 'Number of the run.';
comment on column plan.run.scenario_id is 'The resolved scenario.';
comment on column plan.run.parent_run_id is 'The run this one varies, for sensitivity runs.';
comment on column plan.run.status is
    'running, optimal, feasible (stopped early), infeasible, no_plan, interrupted or failed.';
comment on column plan.run.publication is
    'pending, published, kept (sound, but its gap is too wide to publish), rejected or none.';
comment on column plan.run.objective is 'Value of the plan; higher is better.';
comment on column plan.run.dual_bound is 'No plan can be better than this.';
comment on column plan.run.mip_gap is '(dual_bound - objective) / max(|objective|, 1e-10).';
comment on column plan.run.solver is 'Name of the solver.';
comment on column plan.run.solver_version is 'Version of the solver.';
comment on column plan.run.input_sha256 is 'SHA-256 of the inputs that were read.';
comment on column plan.run.capex_cad is 'Capital cost, gross.';
comment on column plan.run.net_capex_cad is
    'Capital cost less grants and resale, with grid upgrades: what the municipality pays.';
comment on column plan.run.work_out_s is 'Seconds to work out what the scenario offers and asks for; next to none where an earlier run had.';
comment on column plan.run.read_s is 'Seconds to read the inputs.';
comment on column plan.run.build_s is 'Seconds to build the model.';
comment on column plan.run.solve_s is
    'Seconds to solve it, with the search for floors that give way and for rules in conflict.';
comment on column plan.run.write_s is 'Seconds to write the results.';
comment on column plan.run.audit_s is 'Seconds to audit them.';
comment on column plan.run.message is 'What there is to say, for people.';
comment on column plan.run.started_at is 'When it began.';
comment on column plan.run.finished_at is 'When it ended.';
comment on column plan.run.grid_upgrade_cad is
    'Cost of grid upgrades; null where nothing was planned.';

create table plan.run_objective_term (
    run_id bigint not null references plan.run on delete cascade,
    term text not null,
    value double precision not null,
    weight double precision not null,
    contribution double precision not null,
    primary key (run_id, term)
);
comment on table plan.run_objective_term is 'The terms of a plan''s objective.';
comment on column plan.run_objective_term.run_id is 'The run.';
comment on column plan.run_objective_term.term is 'Name of the term.';
comment on column plan.run_objective_term.value is 'Its value, in [0, 1].';
comment on column plan.run_objective_term.weight is 'Its weight.';
comment on column plan.run_objective_term.contribution is 'What it adds to the objective, with its sign.';

create table plan.run_scale (
    run_id bigint primary key references plan.run on delete cascade,
    money_cad double precision not null,
    opex_cad_per_year double precision not null,
    installable_kw double precision
);
comment on table plan.run_scale is 'What the terms of a run''s objective are measured against.';
comment on column plan.run_scale.run_id is 'The run.';
comment on column plan.run_scale.money_cad is 'Of the terms capex and grid upgrades, CAD.';
comment on column plan.run_scale.opex_cad_per_year is 'Of the term opex, CAD per year.';
comment on column plan.run_scale.installable_kw is
    'Of the term efficiency, kW; null where no sessions are counted.';

create table plan.run_priority_level (
    run_id bigint not null references plan.run on delete cascade,
    priority_level integer not null,
    terms text[] not null,
    tolerance_share double precision not null,
    status text not null,
    objective double precision not null,
    dual_bound double precision not null,
    mip_gap double precision not null,
    solve_s double precision not null,
    primary key (run_id, priority_level),
    constraint run_priority_level_status_check check (status in ('optimal', 'feasible'))
);
comment on table plan.run_priority_level is 'How each priority level of a lexicographic run ended.';
comment on column plan.run_priority_level.run_id is 'The run.';
comment on column plan.run_priority_level.priority_level is 'Number of the level, from 1.';
comment on column plan.run_priority_level.terms is 'Terms that counted in it.';
comment on column plan.run_priority_level.tolerance_share is 'Share of its optimum that later priority levels might give up.';
comment on column plan.run_priority_level.status is 'optimal, or feasible when stopped early.';
comment on column plan.run_priority_level.objective is
    'Value of its terms when it ended; later priority levels may have given up some.';
comment on column plan.run_priority_level.dual_bound is 'No plan that holds the priority levels before can be better than this.';
comment on column plan.run_priority_level.mip_gap is '(dual_bound - objective) / max(|objective|, 1e-10).';
comment on column plan.run_priority_level.solve_s is 'Seconds it took.';

create table plan.run_progress (
    run_id bigint not null references plan.run on delete cascade,
    number integer not null,
    priority_level integer,
    step text not null,
    elapsed_s double precision not null,
    incumbent double precision,
    dual_bound double precision,
    primary key (run_id, number),
    constraint run_progress_step_check check (step in ('greedy', 'compile', 'start', 'phases', 'relaxation', 'repair', 'search', 'proof', 'trim', 'settle', 'floors', 'conflict'))
);
comment on table plan.run_progress is
    'What a solve had found by when: a row for each step that began, and for better plans and lower dual bounds, thinned where there are many.';
comment on column plan.run_progress.run_id is 'The run.';
comment on column plan.run_progress.number is 'Number of the row, from 1, in the order of time.';
comment on column plan.run_progress.priority_level is
    'Priority level that was solved then, whose objective and bound these are; null where the terms are one weighted sum, or before.';
comment on column plan.run_progress.step is
    'What the solver was doing: greedy, compile, start, phases, relaxation, repair, search, proof, trim, settle; floors (which give way) or conflict (of which rules).';
comment on column plan.run_progress.elapsed_s is 'Seconds of solving until then; reading and building do not count.';
comment on column plan.run_progress.incumbent is 'Objective value of the best plan found by then; null where there was none.';
comment on column plan.run_progress.dual_bound is 'No plan can be better than this, as was known then; null where nothing was.';

create table plan.run_lock (
    run_id bigint not null references plan.run on delete cascade,
    lock_id bigint not null,
    site_id integer not null,
    lock_kind text not null,
    option_id text,
    primary key (run_id, lock_id),
    constraint run_lock_kind_check check (lock_kind in ('force_in', 'keep', 'force_out', 'fix_option'))
);
comment on table plan.run_lock is 'The locks that a run obeyed.';
comment on column plan.run_lock.run_id is 'The run.';
comment on column plan.run_lock.lock_id is 'The lock, which may have been edited since.';
comment on column plan.run_lock.site_id is 'The site.';
comment on column plan.run_lock.lock_kind is
    'What the run had to do: force_in (change the site), keep (not remove the station), force_out or fix_option.';
comment on column plan.run_lock.option_id is 'The option, for fix_option.';

create table plan.run_audit (
    run_id bigint not null references plan.run on delete cascade,
    rule text not null,
    violation_count integer not null,
    first_code text,
    first_value jsonb,
    primary key (run_id, rule)
);
comment on table plan.run_audit is 'What the audit in SQL found, figure by figure and rule by rule.';
comment on column plan.run_audit.run_id is 'The run.';
comment on column plan.run_audit.rule is 'Name of the rule, or figure_ and what figures were recomputed.';
comment on column plan.run_audit.violation_count is 'Rows of the plan that break it, or figures that are wrong.';
comment on column plan.run_audit.first_code is
    'What is wrong with the first of them: model/run/violation.toml has the sentence, in both languages.';
comment on column plan.run_audit.first_value is
    'Names and numbers of that sentence, expected and found among them.';

create table plan.adopted_run (
    adopted_run_id bigint generated always as identity primary key,
    run_id bigint not null references plan.run on delete cascade,
    adopted_at timestamptz not null default now()
);
comment on table plan.adopted_run is
    'Plans that were adopted, in their order: of each load the last row is the plan that maps show.';
comment on column plan.adopted_run.adopted_run_id is 'Number of the adoption; the highest of a load holds.';
comment on column plan.adopted_run.run_id is 'The run.';
comment on column plan.adopted_run.adopted_at is 'When it was adopted.';
