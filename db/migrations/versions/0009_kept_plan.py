"""Plans that are kept but not published: the widest gap that a scenario publishes, and their state.

Revision: 0009, after 0008.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

CHECK = "run_publication_check"
STATES = "pending, published, rejected or none."
STATES_NOW = "pending, published, kept (sound, but its gap is too wide to publish), rejected or none."


def _allow(states: str, comment: str) -> None:
    op.drop_constraint(CHECK, "run", schema="plan")
    listed = ", ".join(f"'{state}'" for state in states.split())
    op.create_check_constraint(CHECK, "run", f"publication in ({listed})", schema="plan")
    op.alter_column("run", "publication", comment=comment, schema="plan")


def upgrade() -> None:
    """Add the limit to scenarios; let a run be kept."""
    op.add_column(
        "scenario",
        sa.Column(
            "publication_gap_share_max",
            sa.Double,
            comment="Widest MIP gap of a plan that is published. Null in a scenario stored before this was"
            " known.",
        ),
        schema="plan",
    )
    _allow("pending published kept rejected none", STATES_NOW)


def downgrade() -> None:
    """Drop the limit; a plan that was kept is not published."""
    op.execute("update plan.run set publication = 'rejected' where publication = 'kept'")
    _allow("pending published rejected none", STATES)
    op.drop_column("scenario", "publication_gap_share_max", schema="plan")
