"""Floors that give way: the scenario that a run was asked to solve, and a ratio of a single group of people.

Revision: 1001, after 1000.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "1001"
down_revision = "1000"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Widen `plan.run` and `plan.scenario_equity`."""
    op.add_column(
        "run",
        sa.Column(
            "asked_scenario_id",
            sa.BigInteger,
            sa.ForeignKey("plan.scenario.scenario_id", name="run_asked_scenario_id_fkey", ondelete="CASCADE"),
            comment="The scenario as its files have it; null where no floor of it gave way.",
        ),
        schema="plan",
    )
    op.add_column(
        "scenario_equity",
        sa.Column(
            "ratio_min",
            sa.Double,
            comment="Least coverage of the group against that of everybody; null: as all groups.",
        ),
        schema="plan",
    )


def downgrade() -> None:
    """Drop both: the ratio of all groups holds for each again."""
    op.drop_column("scenario_equity", "ratio_min", schema="plan")
    op.drop_column("run", "asked_scenario_id", schema="plan")
