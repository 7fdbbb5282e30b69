"""Served demand: how electric vehicles grow and charge, which sessions a plan serves, and where.

Revision: 0006, after 0005.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from db.plan_table import column, create, parent

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = ("served_flow", "served_demand", "demand_service", "scenario_session", "scenario_growth")
LATER = " Null in a scenario stored before sessions were counted."
COLUMNS = (
    ("scenario_level", "kwh_per_session", sa.Double, "Energy of a mean session." + LATER),
    (
        "scenario_level",
        "zone_edge_m",
        sa.Double,
        "Edge of the hexagons whose drivers are counted together." + LATER,
    ),
    (
        "scenario_level",
        "nearest_site_count",
        sa.Integer,
        "Sites that the drivers of a zone choose among." + LATER,
    ),
    (
        "scenario_target",
        "served_min_share",
        sa.Double,
        "Least share of the sessions of the peak hour that must be served." + LATER,
    ),
)


def _knobs() -> None:
    create(
        "scenario_growth",
        "How the number of electric vehicles grows in a scenario.",
        parent("scenario", "scenario_id", "The scenario."),
        column("five_year_factor", sa.Double, "Vehicles five years after the count, against the count."),
        column("saturation_ev_per_person", sa.Double, "Vehicles per person that the curve ends at."),
        column("ev_per_person_assumed", sa.Double, "Vehicles per person where the region has no count."),
        column(
            "count_year_assumed", sa.Double, "Date of the count, as a year, where the region states none."
        ),
        sa.PrimaryKeyConstraint("scenario_id", name="scenario_growth_pkey"),
    )
    create(
        "scenario_session",
        "How electric vehicles charge in public in a scenario.",
        parent("scenario", "scenario_id", "The scenario."),
        column("kwh_per_ev_day", sa.Double, "Energy that a vehicle charges on a day, anywhere."),
        column("apartment_no_home_share", sa.Double, "Drivers in apartments who cannot charge at home."),
        column("house_no_home_share", sa.Double, "Drivers in houses who cannot charge at home."),
        column("apartment_assumed_share", sa.Double, "Share of apartments where no source tells it."),
        column("public_share_no_home", sa.Double, "Energy charged in public by who cannot charge at home."),
        column("public_share_home", sa.Double, "Energy charged in public by who can."),
        column("l3_energy_share", sa.Double, "Energy charged in public that is charged at L3."),
        column("peak_hour_share", sa.Double, "Energy of a day that is charged in its busiest hour."),
        sa.PrimaryKeyConstraint("scenario_id", name="scenario_session_pkey"),
    )


def _place() -> tuple[sa.Column[Any], ...]:
    return (
        parent("run", "run_id", "The run."),
        column("phase", sa.Integer, "The phase, at its end."),
        column("level", sa.Text, "L2 or L3."),
    )


def _results() -> None:
    create(
        "demand_service",
        "Sessions in the peak hour that each demand zone asks for and gets.",
        *_place(),
        column("zone_id", sa.BigInteger, "The zone: model.zone_member, the lowest of its cells."),
        column("demand_per_h", sa.Double, "Sessions asked for."),
        column("served_per_h", sa.Double, "Sessions served."),
        sa.PrimaryKeyConstraint("run_id", "phase", "level", "zone_id", name="demand_service_pkey"),
    )
    create(
        "served_demand",
        "Sessions in the peak hour that each standing station could serve and does.",
        *_place(),
        column("site_id", sa.Integer, "The site."),
        column("capacity_per_h", sa.Double, "Sessions that its ports serve within the accepted wait."),
        column("sessions_per_h", sa.Double, "Sessions that it serves."),
        sa.PrimaryKeyConstraint("run_id", "phase", "level", "site_id", name="served_demand_pkey"),
    )
    create(
        "served_flow",
        "Sessions in the peak hour that go from a demand zone to a station; only where there are any.",
        *_place(),
        column("zone_id", sa.BigInteger, "The zone."),
        column("site_id", sa.Integer, "The site."),
        column("sessions_per_h", sa.Double, "Sessions served."),
        sa.PrimaryKeyConstraint("run_id", "phase", "level", "zone_id", "site_id", name="served_flow_pkey"),
    )


def upgrade() -> None:
    """Create the tables of knobs and results, and the columns of levels and targets."""
    _knobs()
    _results()
    for table, name, kind, comment in COLUMNS:
        op.add_column(table, sa.Column(name, kind, nullable=True, comment=comment), schema="plan")


def downgrade() -> None:
    """Drop them."""
    for table, name, _, _ in reversed(COLUMNS):
        op.drop_column(table, name, schema="plan")
    for table in TABLES:
        op.drop_table(table, schema="plan")
