"""What checking needs: rejects that name their file, published totals to compare a load with.

Revision: 0003, after 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SCHEMA = "raw"


def upgrade() -> None:
    """Widen `raw.reject`, create `raw.load_total`."""
    op.add_column(
        "reject",
        sa.Column("source_id", sa.Integer, comment="The file: raw.load_source.source_id."),
        schema=SCHEMA,
    )
    op.add_column(
        "reject",
        sa.Column(
            "is_outside",
            sa.Boolean,
            nullable=False,
            server_default=sa.false(),
            comment="True when the record is no fault but speaks of a place outside the region.",
        ),
        schema=SCHEMA,
    )
    op.add_column(
        "reject",
        sa.Column(
            "record_count",
            sa.BigInteger,
            nullable=False,
            server_default="1",
            comment="Records meant; more than 1 where a large file speaks of many at once.",
        ),
        schema=SCHEMA,
    )
    op.create_table(
        "load_total",
        sa.Column(
            "load_id",
            sa.BigInteger,
            sa.ForeignKey("raw.load.load_id", ondelete="CASCADE"),
            primary_key=True,
            comment="The load.",
        ),
        sa.Column(
            "measure", sa.Text, primary_key=True, comment="What is counted, such as population or ev_count."
        ),
        sa.Column("published_value", sa.Double, nullable=False, comment="The published total."),
        sa.Column(
            "tolerance_share",
            sa.Double,
            nullable=False,
            comment="How far what was loaded may be from it, as a share of it.",
        ),
        sa.Column("published_by", sa.Text, comment="Where the total was published."),
        schema=SCHEMA,
        comment="Published totals that a load has to agree with, from the region file.",
    )


def downgrade() -> None:
    """Take both back."""
    op.drop_table("load_total", schema=SCHEMA)
    for name in ("record_count", "is_outside", "source_id"):
        op.drop_column("reject", name, schema=SCHEMA)
