"""What fetching needs: where a file was fetched from and when, and the date that vehicles were counted.

Revision: 0008, after 0007.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SCHEMA = "raw"


def upgrade() -> None:
    """Widen `raw.load_source` and `raw.ev_count`."""
    op.add_column(
        "load_source",
        sa.Column(
            "url", sa.Text, comment="Address it was fetched from, without keys; null for a file given."
        ),
        schema=SCHEMA,
    )
    op.add_column(
        "load_source",
        sa.Column(
            "fetched_at",
            sa.TIMESTAMP(timezone=True),
            comment="When the address was last known to give this content.",
        ),
        schema=SCHEMA,
    )
    op.add_column(
        "ev_count",
        sa.Column("count_date", sa.Date, comment="Day the vehicles were counted, where the source says."),
        schema=SCHEMA,
    )


def downgrade() -> None:
    """Take the columns away."""
    op.drop_column("ev_count", "count_date", schema=SCHEMA)
    op.drop_column("load_source", "fetched_at", schema=SCHEMA)
    op.drop_column("load_source", "url", schema=SCHEMA)
