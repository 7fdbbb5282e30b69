"""Steps of a load: what each of them took.

Revision: 1003, after 1002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "1003"
down_revision = "1002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create `raw.load_step`."""
    op.create_table(
        "load_step",
        sa.Column(
            "load_id",
            sa.BigInteger,
            sa.ForeignKey("raw.load.load_id", name="load_step_load_id_fkey", ondelete="CASCADE"),
            primary_key=True,
            comment="The load.",
        ),
        sa.Column(
            "step_number",
            sa.Integer,
            primary_key=True,
            autoincrement=False,
            comment="Place of the step in its load, from 1.",
        ),
        sa.Column(
            "step",
            sa.Text,
            nullable=False,
            comment="What was done: a file that was read, a view that was filled.",
        ),
        sa.Column("elapsed_s", sa.Double, nullable=False, comment="How long it took."),
        sa.Column(
            "loader_s",
            sa.Double,
            nullable=False,
            comment="Processor time of the loader itself; the rest is the database, the network or waiting.",
        ),
        schema="raw",
        comment="What each step of a load took, up to the commit; loads before this table have no steps.",
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("load_step", schema="raw")
