"""Money and stations: grants, electricity, reinforcement of the grid, what may be removed, measured use.

Revision: 0007, after 0006.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

LATER = " Null in a scenario stored before this was known."
NET = "Capital cost less grants and resale"
COLUMNS = (
    (
        "scenario",
        "budget_carries_over",
        sa.Boolean,
        "Money that a phase leaves is there for the next." + LATER,
    ),
    ("scenario", "grant_stack_share_max", sa.Double, "Most of a price that all grants together pay." + LATER),
    ("scenario_level", "utilisation_share", sa.Double, "Share of the time that a new port is busy." + LATER),
    (
        "scenario_phase",
        "opex_limit_cad_per_year",
        sa.Double,
        "Most running cost that the plan may have added by the end of the phase; null for no limit.",
    ),
    (
        "run",
        "reinforcement_cad",
        sa.Double,
        "Cost of the grid's reinforcement; null where nothing was planned.",
    ),
)
TABLES = (
    "project_grant",
    "reinforcement",
    "scenario_reinforcement",
    "scenario_removal",
    "scenario_electricity",
    "scenario_grant_minimum",
    "scenario_grant_band",
    "scenario_grant_programme",
)


def _column(name: str, kind: Any, comment: str, *, required: bool = True) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=not required, comment=comment)


def _of(parent: str, comment: str) -> sa.Column[Any]:
    key = f"{parent}_id"
    return sa.Column(
        key,
        sa.BigInteger,
        sa.ForeignKey(f"plan.{parent}.{key}", ondelete="CASCADE"),
        nullable=False,
        comment=comment,
    )


def _create(name: str, comment: str, *parts: sa.Column[Any], key: tuple[str, ...]) -> None:
    op.create_table(
        name, *parts, sa.PrimaryKeyConstraint(*key, name=f"{name}_pkey"), schema="plan", comment=comment
    )


def _grants() -> None:
    _create(
        "scenario_grant_programme",
        "Grant programmes that a scenario knows.",
        _of("scenario", "The scenario."),
        _column("programme", sa.Text, "Name of the programme."),
        _column("is_on", sa.Boolean, "True when the scenario counts on it."),
        _column("rank", sa.Integer, "Who pays first where the grants together reach their limit."),
        _column("cost_share_max", sa.Double, "Most of the price that it pays."),
        _column("project_cap_cad", sa.Double, "Most for one application; null for none.", required=False),
        key=("scenario_id", "programme"),
    )
    _create(
        "scenario_grant_band",
        "What programmes pay for a port, by its power.",
        _of("scenario", "The scenario."),
        _column("programme", sa.Text, "The programme."),
        _column("kw_min", sa.Double, "The band holds from this power on, up to the next."),
        _column("port_cap_cad", sa.Double, "Most for a new port."),
        key=("scenario_id", "programme", "kw_min"),
    )
    _create(
        "scenario_grant_minimum",
        "Fewest new ports at a site for a programme to pay; one of the rows is enough, none asks nothing.",
        _of("scenario", "The scenario."),
        _column("programme", sa.Text, "The programme."),
        _column("l2_port_count_min", sa.Integer, "Level 2 ports."),
        _column("l3_port_count_min", sa.Integer, "Level 3 ports."),
        key=("scenario_id", "programme", "l2_port_count_min", "l3_port_count_min"),
    )


def _tariffs() -> None:
    _create(
        "scenario_electricity",
        "What the grid charges a station for its peak, and who pays less.",
        _of("scenario", "The scenario."),
        _column("is_transmission_charged", sa.Boolean, "False: the running cost leaves the charge out."),
        _column("transmission_charge_cad_per_kw_month", sa.Double, "Charge for a kW of the monthly peak."),
        _column("demand_billed_kw_min", sa.Double, "Stations below this power do not pay by their peak."),
        _column("is_evc_rate_offered", sa.Boolean, "True when stations may have the rate for charging."),
        _column("evc_charge_share", sa.Double, "Share of the charge that they pay then."),
        _column("evc_kw_min", sa.Double, "The rate asks for at least this power."),
        _column("evc_kw_max", sa.Double, "And at most this."),
        _column("evc_load_factor_max", sa.Double, "And for a load factor of at most this."),
        key=("scenario_id",),
    )
    _create(
        "scenario_removal",
        "Which stations a scenario may take away, and which candidates it may build on.",
        _of("scenario", "The scenario."),
        _column("is_candidate_only", sa.Boolean, "True: only stations that the three limits name."),
        _column("utilisation_share_max", sa.Double, "A station busier than this is needed."),
        _column(
            "alternative_distance_m", sa.Double, "Another one with its levels within this distance, by road."
        ),
        _column(
            "opex_cad_per_session_min", sa.Double, "A station that costs less for each session is no burden."
        ),
        _column("candidate_score_min", sa.Double, "No station is built on a candidate with a lower score."),
        key=("scenario_id",),
    )
    _create(
        "scenario_reinforcement",
        "Steps by which every grid area may be reinforced, each once.",
        _of("scenario", "The scenario."),
        _column("step", sa.Integer, "Number of the step, from 1."),
        _column("added_kw", sa.Double, "Power that it adds."),
        _column("cost_cad", sa.Double, "Its price."),
        key=("scenario_id", "step"),
    )


def _results() -> None:
    _create(
        "reinforcement",
        "Steps of reinforcement that a plan buys.",
        _of("run", "The run."),
        _column("phase", sa.Integer, "The phase that pays it; it holds from then on."),
        _column("grid_area_id", sa.Integer, "The grid area."),
        _column("step", sa.Integer, "The step of the scenario."),
        _column("added_kw", sa.Double, "Power that it adds."),
        _column("cost_cad", sa.Double, "Its price."),
        key=("run_id", "grid_area_id", "step", "phase"),
    )
    _create(
        "project_grant",
        "What each programme gives to a project: all works of a phase, in one application.",
        _of("run", "The run."),
        _column("phase", sa.Integer, "The phase."),
        _column("programme", sa.Text, "The programme."),
        _column("eligible_cad", sa.Double, "What the works would get one by one."),
        _column("cap_cad", sa.Double, "Most for one application; null for none.", required=False),
        _column("granted_cad", sa.Double, "What the project gets."),
        key=("run_id", "phase", "programme"),
    )


def _use() -> None:
    op.create_table(
        "utilisation",
        sa.Column(
            "load_id",
            sa.BigInteger,
            sa.ForeignKey("raw.load.load_id", ondelete="CASCADE"),
            nullable=False,
            comment="The load that brought this record.",
        ),
        _column("source_id", sa.Integer, "The file it came from: raw.load_source.source_id."),
        _column("record_number", sa.BigInteger, "Place of the record in its file, counted from 1."),
        _column("station_id", sa.Text, "A record of a feed, such as ocm:900001, afdc:17 or osm:node/5."),
        _column("utilisation_share", sa.Double, "Share of the time that its ports are busy, in [0, 1]."),
        _column("measured_from", sa.Date, "First day that was measured.", required=False),
        _column("measured_to", sa.Date, "Last day.", required=False),
        sa.PrimaryKeyConstraint("load_id", "source_id", "record_number", name="utilisation_pkey"),
        sa.ForeignKeyConstraint(
            ["load_id", "source_id"],
            ["raw.load_source.load_id", "raw.load_source.source_id"],
            ondelete="CASCADE",
            name="utilisation_source_fkey",
        ),
        schema="raw",
        comment="How busy stations are, measured by their operators.",
    )


def _comment_on_net_cost(comment: str) -> None:
    op.alter_column("run", "net_capex_cad", comment=comment, existing_type=sa.Double, schema="plan")


def upgrade() -> None:
    """Create the tables, and the columns of scenarios, levels, phases and runs."""
    _grants()
    _tariffs()
    _results()
    _use()
    for table, name, kind, comment in COLUMNS:
        op.add_column(table, sa.Column(name, kind, nullable=True, comment=comment), schema="plan")
    op.add_column(
        "grid_area_load",
        sa.Column(
            "reinforcement_kw",
            sa.Double,
            nullable=False,
            server_default="0",
            comment="Power that reinforcement adds to the headroom.",
        ),
        schema="plan",
    )
    _comment_on_net_cost(f"{NET}, with the grid's reinforcement: what the municipality pays.")


def downgrade() -> None:
    """Drop them."""
    _comment_on_net_cost(f"{NET}.")
    op.drop_column("grid_area_load", "reinforcement_kw", schema="plan")
    for table, name, _, _ in reversed(COLUMNS):
        op.drop_column(table, name, schema="plan")
    op.drop_table("utilisation", schema="raw")
    for table in TABLES:
        op.drop_table(table, schema="plan")
