"""What more room in a rule brings to people: what the plan that is found then has more than the run's own.

Revision: 1007, after 1005.
"""

from __future__ import annotations

from alembic import op

revision = "1007"
down_revision = "1005"
branch_labels = None
depends_on = None

_TABLE = """
create table plan.constraint_gain (
    run_id bigint not null,
    rule text not null,
    subject text not null,
    level text not null,
    population_change double precision,
    weight_share_change double precision not null,
    sessions_change_per_h double precision,
    primary key (run_id, rule, subject, level),
    constraint constraint_gain_slack_fkey
        foreign key (run_id, rule, subject) references plan.run_constraint_slack on delete cascade
);
comment on table plan.constraint_gain is
    'What the plan that is found when a rule is relaxed by a step has more than that of the run, at its end.';
comment on column plan.constraint_gain.run_id is 'The run.';
comment on column plan.constraint_gain.rule is 'The rule that was relaxed.';
comment on column plan.constraint_gain.subject is 'The row that was relaxed: plan.run_constraint_slack.';
comment on column plan.constraint_gain.level is 'The level.';
comment on column plan.constraint_gain.population_change is
    'People within the service distance that it has more, below 0 where fewer; null for points of a study.';
comment on column plan.constraint_gain.weight_share_change is
    'Covered demand that it has more, as a share of all demand.';
comment on column plan.constraint_gain.sessions_change_per_h is
    'Sessions of the busiest hour that it serves more; null where the scenario counts none.';
"""


def upgrade() -> None:
    """Create `plan.constraint_gain`."""
    op.execute(_TABLE)


def downgrade() -> None:
    """Drop it; `planner explain` finds its rows again."""
    op.execute("drop table plan.constraint_gain")
