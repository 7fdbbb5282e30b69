"""Money and stations: grants, electricity, reinforcement of the grid, what may be removed, measured use.

Revision: 0007, after 0006.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.plan_table import column, create, parent

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


def _grants() -> None:
    create(
        "scenario_grant_programme",
        "Grant programmes that a scenario knows.",
        parent("scenario", "scenario_id", "The scenario."),
        column("programme", sa.Text, "Name of the programme."),
        column("is_on", sa.Boolean, "True when the scenario counts on it."),
        column("rank", sa.Integer, "Who pays first where the grants together reach their limit."),
        column("cost_share_max", sa.Double, "Most of the price that it pays."),
        column("project_cap_cad", sa.Double, "Most for one application; null for none.", required=False),
        key=("scenario_id", "programme"),
    )
    create(
        "scenario_grant_band",
        "What programmes pay for a port, by its power.",
        parent("scenario", "scenario_id", "The scenario."),
        column("programme", sa.Text, "The programme."),
        column("kw_min", sa.Double, "The band holds from this power on, up to the next."),
        column("port_cap_cad", sa.Double, "Most for a new port."),
        key=("scenario_id", "programme", "kw_min"),
    )
    create(
        "scenario_grant_minimum",
        "Fewest new ports at a site for a programme to pay; one of the rows is enough, none asks nothing.",
        parent("scenario", "scenario_id", "The scenario."),
        column("programme", sa.Text, "The programme."),
        column("l2_port_count_min", sa.Integer, "Level 2 ports."),
        column("l3_port_count_min", sa.Integer, "Level 3 ports."),
        key=("scenario_id", "programme", "l2_port_count_min", "l3_port_count_min"),
    )


def _tariffs() -> None:
    create(
        "scenario_electricity",
        "What the grid charges a station for its peak, and who pays less.",
        parent("scenario", "scenario_id", "The scenario."),
        column("is_transmission_charged", sa.Boolean, "False: the running cost leaves the charge out."),
        column("transmission_charge_cad_per_kw_month", sa.Double, "Charge for a kW of the monthly peak."),
        column("demand_billed_kw_min", sa.Double, "Stations below this power do not pay by their peak."),
        column("is_evc_rate_offered", sa.Boolean, "True when stations may have the rate for charging."),
        column("evc_charge_share", sa.Double, "Share of the charge that they pay then."),
        column("evc_kw_min", sa.Double, "The rate asks for at least this power."),
        column("evc_kw_max", sa.Double, "And at most this."),
        column("evc_load_factor_max", sa.Double, "And for a load factor of at most this."),
        key=("scenario_id",),
    )
    create(
        "scenario_removal",
        "Which stations a scenario may take away, and which candidates it may build on.",
        parent("scenario", "scenario_id", "The scenario."),
        column("is_candidate_only", sa.Boolean, "True: only stations that the three limits name."),
        column("utilisation_share_max", sa.Double, "A station busier than this is needed."),
        column(
            "alternative_distance_m", sa.Double, "Another one with its levels within this distance, by road."
        ),
        column(
            "opex_cad_per_session_min", sa.Double, "A station that costs less for each session is no burden."
        ),
        column("candidate_score_min", sa.Double, "No station is built on a candidate with a lower score."),
        key=("scenario_id",),
    )
    create(
        "scenario_reinforcement",
        "Steps by which every grid area may be reinforced, each once.",
        parent("scenario", "scenario_id", "The scenario."),
        column("step", sa.Integer, "Number of the step, from 1."),
        column("added_kw", sa.Double, "Power that it adds."),
        column("cost_cad", sa.Double, "Its price."),
        key=("scenario_id", "step"),
    )


def _results() -> None:
    create(
        "reinforcement",
        "Steps of reinforcement that a plan buys.",
        parent("run", "run_id", "The run."),
        column("phase", sa.Integer, "The phase that pays it; it holds from then on."),
        column("grid_area_id", sa.Integer, "The grid area."),
        column("step", sa.Integer, "The step of the scenario."),
        column("added_kw", sa.Double, "Power that it adds."),
        column("cost_cad", sa.Double, "Its price."),
        key=("run_id", "grid_area_id", "step", "phase"),
    )
    create(
        "project_grant",
        "What each programme gives to a project: all works of a phase, in one application.",
        parent("run", "run_id", "The run."),
        column("phase", sa.Integer, "The phase."),
        column("programme", sa.Text, "The programme."),
        column("eligible_cad", sa.Double, "What the works would get one by one."),
        column("cap_cad", sa.Double, "Most for one application; null for none.", required=False),
        column("granted_cad", sa.Double, "What the project gets."),
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
        column("source_id", sa.Integer, "The file it came from: raw.load_source.source_id."),
        column("record_number", sa.BigInteger, "Place of the record in its file, counted from 1."),
        column("station_id", sa.Text, "A record of a feed, such as ocm:900001, afdc:17 or osm:node/5."),
        column("utilisation_share", sa.Double, "Share of the time that its ports are busy, in [0, 1]."),
        column("measured_from", sa.Date, "First day that was measured.", required=False),
        column("measured_to", sa.Date, "Last day.", required=False),
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
