"""Knobs of the rules of space and people: distances between stations, limits of areas, fairness.

Revision: 0005, after 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from db.plan_table import column, create, parent

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = ("scenario_limit", "scenario_area_limit", "scenario_equity")


def upgrade() -> None:
    """Create the tables."""
    create(
        "scenario_limit",
        "Limits of a scenario on where stations stand and how many are worked on.",
        parent("scenario", "scenario_id", "The scenario."),
        column("l3_distance_min_m", sa.Double, "No two L3 sites nearer to each other than this."),
        column("l3_gap_max_m", sa.Double, "Every L3 site has another one within this distance."),
        column("corridor_road_classes", ARRAY(sa.Text), "Road classes that must not lack L3 for long."),
        column("corridor_gap_max_m", sa.Double, "Longest stretch of a corridor without L3."),
        column("corridor_detour_m", sa.Double, "An L3 site this near to a corridor serves it."),
        column("overlap_station_count_max", sa.Integer, "Most L3 stations in reach of a demand."),
        column("works_site_count_max", sa.Integer, "Most sites worked on in a phase."),
        column("works_area_site_count_max", sa.Integer, "Most sites worked on in a phase and planning area."),
        column("equity_ratio_min", sa.Double, "Least coverage of a group against that of all people."),
        column("is_equity_in_every_phase", sa.Boolean, "False: fairness is asked for at the end only."),
        sa.PrimaryKeyConstraint("scenario_id", name="scenario_limit_pkey"),
    )
    create(
        "scenario_area_limit",
        "Stations that a scenario wants in each planning area.",
        parent("scenario", "scenario_id", "The scenario."),
        column("planning_area_id", sa.Integer, "The planning area."),
        column("station_count_min", sa.Integer, "Fewest stations at the end of the plan."),
        column("station_count_max", sa.Integer, "Most stations; null for no limit.", required=False),
        column("l3_station_count_min", sa.Integer, "Fewest stations with L3 at the end of the plan."),
        sa.PrimaryKeyConstraint("scenario_id", "planning_area_id", name="scenario_area_limit_pkey"),
    )
    create(
        "scenario_equity",
        "Groups of people that a scenario is fair to.",
        parent("scenario", "scenario_id", "The scenario."),
        column("group_kind", sa.Text, "Kind of the group: analysis.equity_group."),
        column("group_name", sa.Text, "Name of the group."),
        column("level", sa.Text, "L2 or L3."),
        column(
            "floor_share", sa.Double, "Least covered share; null where none is asked for.", required=False
        ),
        column("is_protected", sa.Boolean, "True: what coverage the group has it keeps."),
        sa.PrimaryKeyConstraint(
            "scenario_id", "group_kind", "group_name", "level", name="scenario_equity_pkey"
        ),
    )


def downgrade() -> None:
    """Drop the tables."""
    for name in TABLES:
        op.drop_table(name, schema="plan")
