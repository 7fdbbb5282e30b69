"""Knobs of the rules of space and people: distances between stations, limits of areas, fairness.

Revision: 0005, after 0004.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = ("scenario_limit", "scenario_area_limit", "scenario_equity")


def _column(name: str, kind: Any, comment: str, *, required: bool = True) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=not required, comment=comment)


def _scenario() -> sa.Column[Any]:
    return sa.Column(
        "scenario_id",
        sa.BigInteger,
        sa.ForeignKey("plan.scenario.scenario_id", ondelete="CASCADE"),
        nullable=False,
        comment="The scenario.",
    )


def _create(name: str, comment: str, *parts: sa.Column[Any] | sa.Constraint) -> None:
    op.create_table(name, *parts, schema="plan", comment=comment)


def upgrade() -> None:
    """Create the tables."""
    _create(
        "scenario_limit",
        "Limits of a scenario on where stations stand and how many are worked on.",
        _scenario(),
        _column("l3_distance_min_m", sa.Double, "No two L3 sites nearer to each other than this."),
        _column("l3_gap_max_m", sa.Double, "Every L3 site has another one within this distance."),
        _column("corridor_road_classes", ARRAY(sa.Text), "Road classes that must not lack L3 for long."),
        _column("corridor_gap_max_m", sa.Double, "Longest stretch of a corridor without L3."),
        _column("corridor_detour_m", sa.Double, "An L3 site this near to a corridor serves it."),
        _column("overlap_station_count_max", sa.Integer, "Most L3 stations in reach of a demand."),
        _column("works_site_count_max", sa.Integer, "Most sites worked on in a phase."),
        _column(
            "works_area_site_count_max", sa.Integer, "Most sites worked on in a phase and planning area."
        ),
        _column("equity_ratio_min", sa.Double, "Least coverage of a group against that of all people."),
        _column("is_equity_in_every_phase", sa.Boolean, "False: fairness is asked for at the end only."),
        sa.PrimaryKeyConstraint("scenario_id", name="scenario_limit_pkey"),
    )
    _create(
        "scenario_area_limit",
        "Stations that a scenario wants in each planning area.",
        _scenario(),
        _column("planning_area_id", sa.Integer, "The planning area."),
        _column("station_count_min", sa.Integer, "Fewest stations at the end of the plan."),
        _column("station_count_max", sa.Integer, "Most stations; null for no limit.", required=False),
        _column("l3_station_count_min", sa.Integer, "Fewest stations with L3 at the end of the plan."),
        sa.PrimaryKeyConstraint("scenario_id", "planning_area_id", name="scenario_area_limit_pkey"),
    )
    _create(
        "scenario_equity",
        "Groups of people that a scenario is fair to.",
        _scenario(),
        _column("group_kind", sa.Text, "Kind of the group: analysis.equity_group."),
        _column("group_name", sa.Text, "Name of the group."),
        _column("level", sa.Text, "L2 or L3."),
        _column(
            "floor_share", sa.Double, "Least covered share; null where none is asked for.", required=False
        ),
        _column("is_protected", sa.Boolean, "True: what coverage the group has it keeps."),
        sa.PrimaryKeyConstraint(
            "scenario_id", "group_kind", "group_name", "level", name="scenario_equity_pkey"
        ),
    )


def downgrade() -> None:
    """Drop the tables."""
    for name in TABLES:
        op.drop_table(name, schema="plan")
