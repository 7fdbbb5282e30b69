"""Served demand: how electric vehicles grow and charge, which sessions a plan serves, and where.

Revision: 0006, after 0005.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

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


def _column(name: str, kind: Any, comment: str) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, comment=comment)


def _of(parent: str, key: str, comment: str) -> sa.Column[Any]:
    return sa.Column(
        key,
        sa.BigInteger,
        sa.ForeignKey(f"plan.{parent}.{key}", ondelete="CASCADE"),
        nullable=False,
        comment=comment,
    )


def _create(name: str, comment: str, *parts: sa.Column[Any] | sa.Constraint) -> None:
    op.create_table(name, *parts, schema="plan", comment=comment)


def _knobs() -> None:
    _create(
        "scenario_growth",
        "How the number of electric vehicles grows in a scenario.",
        _of("scenario", "scenario_id", "The scenario."),
        _column("five_year_factor", sa.Double, "Vehicles five years after the count, against the count."),
        _column("saturation_ev_per_person", sa.Double, "Vehicles per person that the curve ends at."),
        _column("ev_per_person_assumed", sa.Double, "Vehicles per person where the region has no count."),
        _column(
            "count_year_assumed", sa.Double, "Date of the count, as a year, where the region states none."
        ),
        sa.PrimaryKeyConstraint("scenario_id", name="scenario_growth_pkey"),
    )
    _create(
        "scenario_session",
        "How electric vehicles charge in public in a scenario.",
        _of("scenario", "scenario_id", "The scenario."),
        _column("kwh_per_ev_day", sa.Double, "Energy that a vehicle charges on a day, anywhere."),
        _column("apartment_no_home_share", sa.Double, "Drivers in apartments who cannot charge at home."),
        _column("house_no_home_share", sa.Double, "Drivers in houses who cannot charge at home."),
        _column("apartment_assumed_share", sa.Double, "Share of apartments where no source tells it."),
        _column("public_share_no_home", sa.Double, "Energy charged in public by who cannot charge at home."),
        _column("public_share_home", sa.Double, "Energy charged in public by who can."),
        _column("l3_energy_share", sa.Double, "Energy charged in public that is charged at L3."),
        _column("peak_hour_share", sa.Double, "Energy of a day that is charged in its busiest hour."),
        sa.PrimaryKeyConstraint("scenario_id", name="scenario_session_pkey"),
    )


def _place() -> tuple[sa.Column[Any], ...]:
    return (
        _of("run", "run_id", "The run."),
        _column("phase", sa.Integer, "The phase, at its end."),
        _column("level", sa.Text, "L2 or L3."),
    )


def _results() -> None:
    _create(
        "demand_service",
        "Sessions in the peak hour that each demand zone asks for and gets.",
        *_place(),
        _column("zone_id", sa.BigInteger, "The zone: model.zone_member, the lowest of its cells."),
        _column("demand_per_h", sa.Double, "Sessions asked for."),
        _column("served_per_h", sa.Double, "Sessions served."),
        sa.PrimaryKeyConstraint("run_id", "phase", "level", "zone_id", name="demand_service_pkey"),
    )
    _create(
        "served_demand",
        "Sessions in the peak hour that each standing station could serve and does.",
        *_place(),
        _column("site_id", sa.Integer, "The site."),
        _column("capacity_per_h", sa.Double, "Sessions that its ports serve within the accepted wait."),
        _column("sessions_per_h", sa.Double, "Sessions that it serves."),
        sa.PrimaryKeyConstraint("run_id", "phase", "level", "site_id", name="served_demand_pkey"),
    )
    _create(
        "served_flow",
        "Sessions in the peak hour that go from a demand zone to a station; only where there are any.",
        *_place(),
        _column("zone_id", sa.BigInteger, "The zone."),
        _column("site_id", sa.Integer, "The site."),
        _column("sessions_per_h", sa.Double, "Sessions served."),
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
