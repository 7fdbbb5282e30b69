"""Tables of `plan`: scenarios, locks, runs and their results.

Revision: 0002, after 0001.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCHEMA = "plan"


def _column(name: str, kind: Any, comment: str, *, required: bool = True) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=not required, comment=comment)


def _identity(name: str, comment: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger, sa.Identity(always=True), primary_key=True, comment=comment)


def _of(parent: str, key: str, comment: str) -> sa.Column[Any]:
    return sa.Column(
        key,
        sa.BigInteger,
        sa.ForeignKey(f"plan.{parent}.{key}", ondelete="CASCADE"),
        nullable=False,
        comment=comment,
    )


def _create(name: str, comment: str, *parts: sa.Column[Any] | sa.Constraint) -> None:
    op.create_table(name, *parts, schema=SCHEMA, comment=comment)


def _scenarios() -> None:
    _create(
        "scenario",
        "A scenario as resolved: immutable; other knobs, another base run or another load make another row.",
        _identity("scenario_id", "Number of the resolved scenario."),
        _column("name", sa.Text, "Name of the scenario file."),
        _column("content_sha256", sa.Text, "SHA-256 of the resolved knobs, base run and load."),
        sa.Column(
            "load_id",
            sa.BigInteger,
            sa.ForeignKey("raw.load.load_id", ondelete="CASCADE"),
            nullable=False,
            comment="The load it plans on.",
        ),
        _column(
            "base_run_id",
            sa.BigInteger,
            "The published run it continues from; null when it starts from today.",
            required=False,
        ),
        _column("resolved", JSONB, "Every knob with its value, as resolved."),
        _column("demand_kind", sa.Text, "cell (hexagons) or reference_point (points of a published study)."),
        _column("distance_kind", sa.Text, "road or straight_line."),
        _column("site_power_limit_kw", sa.Double, "Connection limit of a site."),
        _column(
            "site_capex_limit_cad",
            sa.Double,
            "Highest capital cost at one site; null for none.",
            required=False,
        ),
        _column("l2_ports_retained_min", sa.Integer, "Level 2 ports an upgrade must retain."),
        _column("resale_factor", sa.Double, "Share of the price that removed equipment brings."),
        _column("coincidence_factor", sa.Double, "Share of the added power that meets the grid's peak."),
        sa.Column(
            "created_at",
            sa.TIMESTAMP(timezone=True),
            nullable=False,
            server_default=sa.func.now(),
            comment="When it was resolved.",
        ),
        sa.UniqueConstraint("name", "content_sha256", name="scenario_content_key"),
        sa.CheckConstraint("demand_kind in ('cell', 'reference_point')", name="scenario_demand_kind_check"),
        sa.CheckConstraint("distance_kind in ('road', 'straight_line')", name="scenario_distance_kind_check"),
    )
    _create(
        "scenario_level",
        "Charger levels of a scenario: reach, power and prices.",
        _of("scenario", "scenario_id", "The scenario."),
        _column("level", sa.Text, "L2 or L3 (DC fast)."),
        _column(
            "reach_m", sa.Double, "A cell is covered when a station with this level is within this distance."
        ),
        _column("port_kw", sa.Double, "Power of a new port."),
        _column("station_cost_cad", sa.Double, "Price of a station before its ports."),
        _column("port_cost_cad", sa.Double, "Price of a port."),
        _column("opex_cad_per_port_year", sa.Double, "Running cost of a port and year."),
        _column("ports_min", sa.Integer, "Fewest ports of a new station."),
        _column("ports_max", sa.Integer, "Most new ports at a site."),
        _column("session_min", sa.Double, "Mean length of a session, minutes."),
        _column("wait_max_min", sa.Double, "A wait longer than this is too long, minutes."),
        _column("wait_probability_max", sa.Double, "Share of sessions that may wait too long."),
        _column("port_count_choices", ARRAY(sa.Integer), "Numbers of new ports that options offer."),
        sa.PrimaryKeyConstraint("scenario_id", "level", name="scenario_level_pkey"),
    )
    _create(
        "scenario_phase",
        "Phases of a scenario.",
        _of("scenario", "scenario_id", "The scenario."),
        _column("phase", sa.Integer, "Number of the phase, from 1."),
        _column("title", sa.Text, "What the phase is for."),
        _column("year", sa.Integer, "Calendar year of the works."),
        _column("budget_cad", sa.Double, "Money for the phase."),
        _column(
            "actions", ARRAY(sa.Text), "Actions allowed: expand, upgrade, build, remove (keep always is)."
        ),
        _column("build_levels", ARRAY(sa.Text), "Levels that may be built or expanded."),
        _column("discount_factor", sa.Double, "Worth of coverage in this phase against the first."),
        sa.PrimaryKeyConstraint("scenario_id", "phase", name="scenario_phase_pkey"),
    )
    _create(
        "scenario_target",
        "Least coverage that a scenario asks for.",
        _of("scenario", "scenario_id", "The scenario."),
        _column("phase", sa.Integer, "The phase."),
        _column("level", sa.Text, "The level."),
        _column("coverage_min_share", sa.Double, "Least share of the weight that must be covered."),
        sa.PrimaryKeyConstraint("scenario_id", "phase", "level", name="scenario_target_pkey"),
    )
    _create(
        "scenario_demand_weight",
        "How the weight of a cell is mixed.",
        _of("scenario", "scenario_id", "The scenario."),
        _column(
            "component", sa.Text, "ev, population, transit, infrastructure_quality or infrastructure_age."
        ),
        _column("share", sa.Double, "Its share of the weight; the shares of a scenario sum to 1."),
        sa.PrimaryKeyConstraint("scenario_id", "component", name="scenario_demand_weight_pkey"),
    )
    _create(
        "scenario_objective",
        "Weights of the objective's terms, each term in [0, 1].",
        _of("scenario", "scenario_id", "The scenario."),
        _column("term", sa.Text, "Name of the term."),
        _column(
            "weight",
            sa.Double,
            "Its weight, never negative; the term's own sign says whether more is better.",
        ),
        sa.PrimaryKeyConstraint("scenario_id", "term", name="scenario_objective_pkey"),
    )
    _create(
        "scenario_rule",
        "Rules of a scenario, on or off.",
        _of("scenario", "scenario_id", "The scenario."),
        _column("rule", sa.Text, "Name of the rule: the file in model/constraints and in sql/6_audit."),
        _column("is_on", sa.Boolean, "False when the scenario switches it off."),
        sa.PrimaryKeyConstraint("scenario_id", "rule", name="scenario_rule_pkey"),
    )
    _create(
        "site_lock",
        "What people have decided beforehand; edited in QGIS, obeyed by the next run.",
        _identity("lock_id", "Number of the lock."),
        _column("site_id", sa.Integer, "The site: core.site.site_id."),
        _column(
            "lock_kind",
            sa.Text,
            "force_in: something must be done here; force_out: nothing may; fix_option: just this.",
        ),
        _column("option_id", sa.Text, "The option of model.site_option, for fix_option.", required=False),
        _column("scenario_name", sa.Text, "The scenario it holds for; null for all.", required=False),
        _column("note", sa.Text, "Why, and who said so.", required=False),
        sa.ForeignKeyConstraint(["site_id"], ["raw.site_registry.site_id"], name="site_lock_site_fkey"),
        sa.CheckConstraint(
            "lock_kind in ('force_in', 'force_out', 'fix_option')", name="site_lock_kind_check"
        ),
        sa.CheckConstraint(
            "(lock_kind = 'fix_option') = (option_id is not null)", name="site_lock_option_check"
        ),
    )


def _runs() -> None:
    _create(
        "run",
        "One row per solve, from its start to its audit.",
        _identity("run_id", "Number of the run."),
        _of("scenario", "scenario_id", "The resolved scenario."),
        _column(
            "parent_run_id", sa.BigInteger, "The run this one varies, for sensitivity runs.", required=False
        ),
        _column(
            "status",
            sa.Text,
            "running, optimal, feasible (stopped early), infeasible, no_plan, interrupted or failed.",
        ),
        _column("publication", sa.Text, "pending, published, rejected or none."),
        _column("objective", sa.Double, "Value of the plan; higher is better.", required=False),
        _column("bound", sa.Double, "No plan can be better than this.", required=False),
        _column("gap_share", sa.Double, "(bound - objective) / max(|objective|, 1e-10).", required=False),
        _column("solver", sa.Text, "Name of the solver.", required=False),
        _column("solver_version", sa.Text, "Version of the solver.", required=False),
        _column("input_sha256", sa.Text, "SHA-256 of the inputs that were read.", required=False),
        _column("capex_cad", sa.Double, "Capital cost, gross.", required=False),
        _column("net_capex_cad", sa.Double, "Capital cost less grants and resale.", required=False),
        _column("read_s", sa.Double, "Seconds to read the inputs.", required=False),
        _column("build_s", sa.Double, "Seconds to build the model.", required=False),
        _column("solve_s", sa.Double, "Seconds to solve it.", required=False),
        _column("write_s", sa.Double, "Seconds to write the results.", required=False),
        _column("audit_s", sa.Double, "Seconds to audit them.", required=False),
        _column("message", sa.Text, "What there is to say, for people.", required=False),
        sa.Column(
            "started_at",
            sa.TIMESTAMP(timezone=True),
            nullable=False,
            server_default=sa.func.now(),
            comment="When it began.",
        ),
        _column("finished_at", sa.TIMESTAMP(timezone=True), "When it ended.", required=False),
        sa.CheckConstraint(
            "status in ('running', 'optimal', 'feasible', 'infeasible', 'no_plan', 'interrupted', 'failed')",
            name="run_status_check",
        ),
        sa.CheckConstraint(
            "publication in ('pending', 'published', 'rejected', 'none')", name="run_publication_check"
        ),
    )
    _create(
        "run_objective_term",
        "The terms of a plan's objective.",
        _of("run", "run_id", "The run."),
        _column("term", sa.Text, "Name of the term."),
        _column("value", sa.Double, "Its value, in [0, 1]."),
        _column("weight", sa.Double, "Its weight."),
        _column("contribution", sa.Double, "What it adds to the objective, with its sign."),
        sa.PrimaryKeyConstraint("run_id", "term", name="run_objective_term_pkey"),
    )
    _create(
        "run_lock",
        "The locks that a run obeyed.",
        _of("run", "run_id", "The run."),
        _column("lock_id", sa.BigInteger, "The lock, which may have been edited since."),
        _column("site_id", sa.Integer, "The site."),
        _column("lock_kind", sa.Text, "force_in, force_out or fix_option."),
        _column("option_id", sa.Text, "The option, for fix_option.", required=False),
        sa.PrimaryKeyConstraint("run_id", "lock_id", name="run_lock_pkey"),
    )
    _create(
        "decision",
        "What a plan does at a site: one row per site that changes.",
        _identity("decision_id", "Number of the decision."),
        _of("run", "run_id", "The run."),
        _column("phase", sa.Integer, "The phase of the works."),
        _column("site_id", sa.Integer, "The site."),
        _column("site_name", sa.Text, "Its name at the time, untrusted text.", required=False),
        _column("option_id", sa.Text, "The option of model.site_option."),
        _column("action", sa.Text, "expand, upgrade, build or remove."),
        _column("l2_port_count_before", sa.Integer, "Level 2 ports before."),
        _column("l2_port_count_after", sa.Integer, "Level 2 ports after."),
        _column("l3_port_count_before", sa.Integer, "Level 3 ports before."),
        _column("l3_port_count_after", sa.Integer, "Level 3 ports after."),
        _column("capex_cad", sa.Double, "Capital cost."),
        _column("grant_cad", sa.Double, "Grants."),
        _column("resale_cad", sa.Double, "What removed equipment brings."),
        _column("opex_change_cad_per_year", sa.Double, "Change of the running cost."),
        _column("added_kw", sa.Double, "Change of the connected power."),
        _column("grid_area_id", sa.Integer, "Grid area of the site.", required=False),
        _column("planning_area_id", sa.Integer, "Planning area of the site.", required=False),
        sa.Column(
            "geom",
            Geometry("POINT", srid=-1, spatial_index=False),
            nullable=False,
            comment="Place, in the region's metric CRS.",
        ),
        sa.UniqueConstraint("run_id", "site_id", "phase", name="decision_site_key"),
    )
    _create(
        "demand_coverage",
        "Coverage of each demand cell (or reference point) before and after, by level and phase.",
        _of("run", "run_id", "The run."),
        _column("phase", sa.Integer, "The phase, at its end."),
        _column("demand_id", sa.BigInteger, "Cell of core.demand_cell, or reference point."),
        _column("level", sa.Text, "L2 or L3."),
        _column("weight_share", sa.Double, "Weight of the demand; sums to 1 per run, phase and level."),
        _column("is_covered_before", sa.Boolean, "Covered at the start of the plan."),
        _column("is_covered_after", sa.Boolean, "Covered at the end of the phase."),
        sa.PrimaryKeyConstraint("run_id", "phase", "level", "demand_id", name="demand_coverage_pkey"),
    )
    _create(
        "grid_area_load",
        "Power that a plan adds to each grid area, against its headroom.",
        _of("run", "run_id", "The run."),
        _column("phase", sa.Integer, "The phase, at its end."),
        _column("grid_area_id", sa.Integer, "The grid area."),
        _column("added_kw", sa.Double, "Power added since the start of the plan, times coincidence."),
        _column("headroom_kw", sa.Double, "Power that may be added.", required=False),
        sa.PrimaryKeyConstraint("run_id", "phase", "grid_area_id", name="grid_area_load_pkey"),
    )
    _create(
        "run_audit",
        "What the audit in SQL found, rule by rule.",
        _of("run", "run_id", "The run."),
        _column("rule", sa.Text, "Name of the rule."),
        _column("offence_count", sa.Integer, "Rows of the plan that break it."),
        _column("first_offence", sa.Text, "The first of them, in words.", required=False),
        sa.PrimaryKeyConstraint("run_id", "rule", name="run_audit_pkey"),
    )
    op.create_index("run_scenario_id_idx", "run", ["scenario_id"], schema=SCHEMA)
    op.create_index("decision_geom_idx", "decision", ["geom"], schema=SCHEMA, postgresql_using="gist")


TABLES = (
    "run_audit",
    "grid_area_load",
    "demand_coverage",
    "decision",
    "run_lock",
    "run_objective_term",
    "run",
    "site_lock",
    "scenario_rule",
    "scenario_objective",
    "scenario_demand_weight",
    "scenario_target",
    "scenario_phase",
    "scenario_level",
    "scenario",
)


def upgrade() -> None:
    """Create the schema `plan` (it exists already, as it holds Alembic's own table)."""
    op.execute(sa.schema.CreateSchema(SCHEMA, if_not_exists=True))
    op.execute(
        "comment on schema plan is "
        "'Scenarios, locks, runs and their results; written by model, locks by planners.'"
    )
    _scenarios()
    _runs()


def downgrade() -> None:
    """Remove what `upgrade` made, but the schema: Alembic's own table stands in it."""
    for table in TABLES:
        op.drop_table(table, schema=SCHEMA)
