"""Variations may have words for values, and a run may take the plan of its parent as it is.

Revision: 1002, after 1001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "1002"
down_revision = "1001"
branch_labels = None
depends_on = None

_COLUMNS = ("value", "base_value")


def upgrade() -> None:
    """Hold values of variations as JSON, a number or a text, and mark runs that decide nothing."""
    for column in _COLUMNS:
        op.alter_column(
            "run_variation",
            column,
            type_=JSONB,
            postgresql_using=f"to_jsonb({column})",
            schema="plan",
        )
        op.create_check_constraint(
            f"run_variation_{column}_check",
            "run_variation",
            sa.text(f"jsonb_typeof({column}) in ('number', 'string')"),
            schema="plan",
        )
    op.add_column(
        "run",
        sa.Column(
            "is_parent_plan",
            sa.Boolean,
            nullable=False,
            server_default=sa.false(),
            comment="True where the run takes the plan of its parent as it is, to tell what that comes to"
            " in another scenario: nothing is decided, and rules may be broken.",
        ),
        schema="plan",
    )


def downgrade() -> None:
    """Delete what cannot be held: variations whose value is a word, and runs that decide nothing."""
    op.execute(
        "delete from plan.run where is_parent_plan or run_id in"
        " (select run_id from plan.run_variation where jsonb_typeof(value) = 'string')"
    )
    op.drop_column("run", "is_parent_plan", schema="plan")
    for column in _COLUMNS:
        op.drop_constraint(f"run_variation_{column}_check", "run_variation", schema="plan")
        op.alter_column(
            "run_variation",
            column,
            type_=sa.Double,
            postgresql_using=f"{column}::double precision",
            schema="plan",
        )
