"""Candidates of a list of the region's own, and the currency of its sums.

Revision: 0013, after 0012.
"""

from __future__ import annotations

import geoalchemy2 as ga
import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

SCHEMA = "raw"


def upgrade() -> None:
    """Create `raw.candidate` and widen `raw.load`."""
    op.add_column(
        "load",
        sa.Column(
            "currency",
            sa.Text,
            sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name="load_currency_check"),
            nullable=False,
            server_default="CAD",
            comment="Currency of all sums of the region, as ISO 4217 has it; columns named _cad hold it too.",
        ),
        schema=SCHEMA,
    )
    op.create_table(
        "candidate",
        sa.Column(
            "load_id",
            sa.BigInteger,
            sa.ForeignKey("raw.load.load_id", ondelete="CASCADE"),
            nullable=False,
            comment="The load that brought this record.",
        ),
        sa.Column(
            "source_id",
            sa.Integer,
            nullable=False,
            comment="The file it came from: raw.load_source.source_id.",
        ),
        sa.Column(
            "record_number",
            sa.BigInteger,
            nullable=False,
            comment="Place of the record in its file, counted from 1.",
        ),
        sa.Column(
            "candidate_key",
            sa.Text,
            nullable=False,
            comment="The list's own id; without one a checksum of name and place.",
        ),
        sa.Column("name", sa.Text, comment="Name, untrusted text."),
        sa.Column("address", sa.Text, comment="Street and number, untrusted text."),
        sa.Column(
            "suitability_share",
            sa.Double,
            comment="How well a charger fits there, in [0, 1], as the list says; null where it does not.",
        ),
        sa.Column(
            "geom",
            ga.Geometry("POINT", 4326, spatial_index=False),
            nullable=False,
            comment="Place.",
        ),
        sa.PrimaryKeyConstraint("load_id", "source_id", "record_number", name="candidate_pkey"),
        sa.ForeignKeyConstraint(
            ["load_id", "source_id"],
            ["raw.load_source.load_id", "raw.load_source.source_id"],
            ondelete="CASCADE",
            name="candidate_source_fkey",
        ),
        schema=SCHEMA,
        comment="Where a station could be built, as a list of the municipality says.",
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("candidate", schema=SCHEMA)
    op.drop_column("load", "currency", schema=SCHEMA)
