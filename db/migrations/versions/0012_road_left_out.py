"""The streets that are read and left out, as their part of the network does not hang together with the rest.

Revision: 0012, after 0011.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SCHEMA = "raw"


def upgrade() -> None:
    """Create `raw.road_left_out`."""
    op.create_table(
        "road_left_out",
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
            "part_number",
            sa.Integer,
            nullable=False,
            comment="Part of the network, by the number of its nodes; the largest, 1, is kept.",
        ),
        sa.Column("osm_way_id", sa.BigInteger, nullable=False, comment="OSM way it is a piece of."),
        sa.Column("highway", sa.Text, nullable=False, comment="Road class."),
        sa.Column("name", sa.Text, comment="Street name."),
        sa.Column("length_m", sa.Double, nullable=False, comment="Length along the great circle, metres."),
        # Alembic would create the index that geoalchemy2 creates by itself once more.
        sa.Column(
            "geom", Geometry("LINESTRING", srid=4326, spatial_index=False), nullable=False, comment="Line."
        ),
        sa.PrimaryKeyConstraint("load_id", "source_id", "record_number", name="road_left_out_pkey"),
        sa.ForeignKeyConstraint(
            ["load_id", "source_id"],
            ["raw.load_source.load_id", "raw.load_source.source_id"],
            ondelete="CASCADE",
            name="road_left_out_source_fkey",
        ),
        schema=SCHEMA,
        comment="Streets of those parts of the drive network that do not hang together with the largest.",
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("road_left_out", schema=SCHEMA)
