"""Values that could not be used in records that were kept.

Revision: 0010, after 0009.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SCHEMA = "raw"


def upgrade() -> None:
    """Create `raw.record_remark`."""
    op.create_table(
        "record_remark",
        sa.Column(
            "remark_id",
            sa.BigInteger,
            sa.Identity(always=True),
            primary_key=True,
            comment="Number of the remark.",
        ),
        sa.Column(
            "load_id",
            sa.BigInteger,
            sa.ForeignKey("raw.load.load_id", ondelete="CASCADE"),
            nullable=False,
            comment="The load.",
        ),
        sa.Column("source_id", sa.Integer, nullable=False, comment="The file: raw.load_source.source_id."),
        sa.Column(
            "record_number",
            sa.BigInteger,
            nullable=False,
            comment="Place of the record in its file, counted from 1.",
        ),
        sa.Column("record", sa.Text, nullable=False, comment="Record number and key in the file."),
        sa.Column("field", sa.Text, nullable=False, comment="The field at fault."),
        sa.Column(
            "remark",
            sa.Text,
            nullable=False,
            comment="What is wrong with its value, and what it is taken for.",
        ),
        schema=SCHEMA,
        comment="Values that could not be used in records that were kept; the record does without them.",
    )
    op.create_index("record_remark_load_idx", "record_remark", ["load_id"], schema=SCHEMA)


def downgrade() -> None:
    """Take it away."""
    op.drop_table("record_remark", schema=SCHEMA)
