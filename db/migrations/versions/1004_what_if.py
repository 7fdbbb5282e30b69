"""What-ifs: a scenario with other values and locks, asked for at the desk, and what its solve told meanwhile.

Revision: 1004, after 1003.
"""

from __future__ import annotations

from alembic import op

revision = "1004"
down_revision = "1003"
branch_labels = None
depends_on = None

_TABLES = """
create table plan.what_if (
    what_if_id bigint generated always as identity primary key,
    load_id bigint not null constraint what_if_load_id_fkey references raw.load on delete cascade,
    parent_what_if_id bigint constraint what_if_parent_fkey references plan.what_if on delete set null,
    base_scenario text not null,
    scenario_name text not null generated always as (
        regexp_replace(base_scenario, '^.*/|\\.toml$', '', 'g') || ' [what-if ' || what_if_id::text || ']'
    ) stored,
    title text not null,
    settings jsonb not null default '{}',
    time_limit_s double precision not null default 600,
    asked_by text not null,
    asked_at timestamptz not null default clock_timestamp(),
    state text not null default 'queued',
    wish text,
    attempt_count integer not null default 0,
    run_id bigint constraint what_if_run_id_fkey references plan.run on delete set null,
    message text,
    hint text,
    started_at timestamptz,
    finished_at timestamptz,
    constraint what_if_base_check check (length(base_scenario) between 1 and 1000),
    constraint what_if_title_check check (length(title) between 1 and 80),
    constraint what_if_settings_check check (jsonb_typeof(settings) = 'object'),
    constraint what_if_time_limit_check check (time_limit_s between 1 and 86400),
    constraint what_if_asked_by_check check (length(asked_by) between 1 and 80),
    constraint what_if_state_check check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
    constraint what_if_wish_check check (wish in ('stop', 'cancel', 'adopt'))
);
create index what_if_state_idx on plan.what_if (state, what_if_id);
create index what_if_run_id_idx on plan.what_if (run_id);
comment on table plan.what_if is
    'What-ifs of the desk: a scenario with other values and locks, waiting, being solved or solved.';
comment on column plan.what_if.what_if_id is 'Number of the what-if.';
comment on column plan.what_if.load_id is 'The load it was asked on; on another one it is not solved.';
comment on column plan.what_if.parent_what_if_id is
    'The what-if that it was made from; null where that was the scenario itself.';
comment on column plan.what_if.base_scenario is
    'The scenario that it changes, by its name or the path of its file.';
comment on column plan.what_if.scenario_name is
    'Name under which it is stored as a scenario, and by which its locks hold for it alone.';
comment on column plan.what_if.title is 'What the person who asked calls it; untrusted text.';
comment on column plan.what_if.settings is
    'Keys that have another value than in the scenario, each with the value as it was written.';
comment on column plan.what_if.time_limit_s is 'Seconds that its solve may take.';
comment on column plan.what_if.asked_by is 'Who asked; untrusted text.';
comment on column plan.what_if.asked_at is 'When.';
comment on column plan.what_if.state is
    'queued, running, done (there is a plan), failed (there is none) or cancelled.';
comment on column plan.what_if.wish is
    'What is to be done with it next: stop (with the best plan so far), cancel, adopt; null for nothing.';
comment on column plan.what_if.attempt_count is 'How often its solve was begun.';
comment on column plan.what_if.run_id is 'The run that solved it.';
comment on column plan.what_if.message is 'Why it failed, or a wish of it was not granted.';
comment on column plan.what_if.hint is 'What to do about it.';
comment on column plan.what_if.started_at is 'When its solve began.';
comment on column plan.what_if.finished_at is 'When it ended.';

create table plan.what_if_progress (
    what_if_id bigint not null constraint what_if_progress_fkey references plan.what_if on delete cascade,
    number integer not null,
    priority_level integer,
    step text not null,
    elapsed_s double precision not null,
    incumbent double precision,
    dual_bound double precision,
    primary key (what_if_id, number)
);
comment on table plan.what_if_progress is
    'What the solve of a what-if tells while it is under way; plan.run_progress has what the end bears out.';
comment on column plan.what_if_progress.what_if_id is 'The what-if.';
comment on column plan.what_if_progress.number is 'Number of the row, from 1, in the order of time.';
comment on column plan.what_if_progress.priority_level is
    'Priority level that is solved; null where the terms are one weighted sum.';
comment on column plan.what_if_progress.step is 'What the solver is doing: as in plan.run_progress.';
comment on column plan.what_if_progress.elapsed_s is 'Seconds of solving until then.';
comment on column plan.what_if_progress.incumbent is
    'Objective value of the best plan found by then; null where there was none.';
comment on column plan.what_if_progress.dual_bound is
    'No plan can be better than this, as was known then; null where nothing was.';
"""


def upgrade() -> None:
    """Create `plan.what_if` and `plan.what_if_progress`."""
    op.execute(_TABLES)


def downgrade() -> None:
    """Drop both, and the locks that held for a what-if alone."""
    op.execute("delete from plan.site_lock where scenario_name in (select scenario_name from plan.what_if)")
    op.execute("drop table plan.what_if_progress, plan.what_if")
