"""Tables of `plan`: scenarios, locks, runs and their results.

Revision: 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from db.plan_table import SCHEMA, column, create, identity, parent

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _scenarios() -> None:
    create(
        "scenario",
        "A scenario as resolved: immutable; other knobs, another base run or another load make another row.",
        identity("scenario_id", "Number of the resolved scenario."),
        column("name", sa.Text, "Name of the scenario file."),
        column("content_sha256", sa.Text, "SHA-256 of the resolved knobs, base run and load."),
        sa.Column(
            "load_id",
            sa.BigInteger,
            sa.ForeignKey("raw.load.load_id", ondelete="CASCADE"),
            nullable=False,
            comment="The load it plans on.",
        ),
        column(
            "base_run_id",
            sa.BigInteger,
            "The published run it continues from; null when it starts from today.",
            required=False,
        ),
        column("resolved", JSONB, "Every knob with its value, as resolved."),
        column("demand_kind", sa.Text, "cell (hexagons) or reference_point (points of a published study)."),
        column("distance_kind", sa.Text, "road or straight_line."),
        column("site_power_limit_kw", sa.Double, "Connection limit of a site."),
        column(
            "site_capex_limit_cad",
            sa.Double,
            "Highest capital cost at one site; null for none.",
            required=False,
        ),
        column("l2_ports_retained_min", sa.Integer, "Level 2 ports an upgrade must retain."),
        column("resale_factor", sa.Double, "Share of the price that removed equipment brings."),
        column("coincidence_factor", sa.Double, "Share of the added power that meets the grid's peak."),
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
    create(
        "scenario_level",
        "Charger levels of a scenario: reach, power and prices.",
        parent("scenario", "scenario_id", "The scenario."),
        column("level", sa.Text, "L2 or L3 (DC fast)."),
        column(
            "reach_m", sa.Double, "A cell is covered when a station with this level is within this distance."
        ),
        column("port_kw", sa.Double, "Power of a new port."),
        column("station_cost_cad", sa.Double, "Price of a station before its ports."),
        column("port_cost_cad", sa.Double, "Price of a port."),
        column("opex_cad_per_port_year", sa.Double, "Running cost of a port and year."),
        column("ports_min", sa.Integer, "Fewest ports of a new station."),
        column("ports_max", sa.Integer, "Most new ports at a site."),
        column("session_min", sa.Double, "Mean length of a session, minutes."),
        column("wait_max_min", sa.Double, "A wait longer than this is too long, minutes."),
        column("wait_probability_max", sa.Double, "Share of sessions that may wait too long."),
        column("port_count_choices", ARRAY(sa.Integer), "Numbers of new ports that options offer."),
        sa.PrimaryKeyConstraint("scenario_id", "level", name="scenario_level_pkey"),
    )
    create(
        "scenario_phase",
        "Phases of a scenario.",
        parent("scenario", "scenario_id", "The scenario."),
        column("phase", sa.Integer, "Number of the phase, from 1."),
        column("title", sa.Text, "What the phase is for."),
        column("year", sa.Integer, "Calendar year of the works."),
        column("budget_cad", sa.Double, "Money for the phase."),
        column(
            "actions", ARRAY(sa.Text), "Actions allowed: expand, upgrade, build, remove (keep always is)."
        ),
        column("build_levels", ARRAY(sa.Text), "Levels that may be built or expanded."),
        column("discount_factor", sa.Double, "Worth of coverage in this phase against the first."),
        sa.PrimaryKeyConstraint("scenario_id", "phase", name="scenario_phase_pkey"),
    )
    create(
        "scenario_target",
        "Least coverage that a scenario asks for.",
        parent("scenario", "scenario_id", "The scenario."),
        column("phase", sa.Integer, "The phase."),
        column("level", sa.Text, "The level."),
        column("coverage_min_share", sa.Double, "Least share of the weight that must be covered."),
        sa.PrimaryKeyConstraint("scenario_id", "phase", "level", name="scenario_target_pkey"),
    )
    create(
        "scenario_demand_weight",
        "How the weight of a cell is mixed.",
        parent("scenario", "scenario_id", "The scenario."),
        column(
            "component", sa.Text, "ev, population, transit, infrastructure_quality or infrastructure_age."
        ),
        column("share", sa.Double, "Its share of the weight; the shares of a scenario sum to 1."),
        sa.PrimaryKeyConstraint("scenario_id", "component", name="scenario_demand_weight_pkey"),
    )
    create(
        "scenario_objective",
        "Weights of the objective's terms, each term in [0, 1].",
        parent("scenario", "scenario_id", "The scenario."),
        column("term", sa.Text, "Name of the term."),
        column(
            "weight",
            sa.Double,
            "Its weight, never negative; the term's own sign says whether more is better.",
        ),
        sa.PrimaryKeyConstraint("scenario_id", "term", name="scenario_objective_pkey"),
    )
    create(
        "scenario_rule",
        "Rules of a scenario, on or off.",
        parent("scenario", "scenario_id", "The scenario."),
        column("rule", sa.Text, "Name of the rule: the file in model/constraints and in sql/6_audit."),
        column("is_on", sa.Boolean, "False when the scenario switches it off."),
        sa.PrimaryKeyConstraint("scenario_id", "rule", name="scenario_rule_pkey"),
    )
    create(
        "site_lock",
        "What people have decided beforehand; edited in QGIS, obeyed by the next run.",
        identity("lock_id", "Number of the lock."),
        column("site_id", sa.Integer, "The site: core.site.site_id."),
        column(
            "lock_kind",
            sa.Text,
            "force_in: something must be done here; force_out: nothing may; fix_option: just this.",
        ),
        column("option_id", sa.Text, "The option of model.site_option, for fix_option.", required=False),
        column("scenario_name", sa.Text, "The scenario it holds for; null for all.", required=False),
        column("note", sa.Text, "Why, and who said so.", required=False),
        sa.ForeignKeyConstraint(["site_id"], ["raw.site_registry.site_id"], name="site_lock_site_fkey"),
        sa.CheckConstraint(
            "lock_kind in ('force_in', 'force_out', 'fix_option')", name="site_lock_kind_check"
        ),
        sa.CheckConstraint(
            "(lock_kind = 'fix_option') = (option_id is not null)", name="site_lock_option_check"
        ),
    )


def _runs() -> None:
    create(
        "run",
        "One row per solve, from its start to its audit.",
        identity("run_id", "Number of the run."),
        parent("scenario", "scenario_id", "The resolved scenario."),
        column(
            "parent_run_id", sa.BigInteger, "The run this one varies, for sensitivity runs.", required=False
        ),
        column(
            "status",
            sa.Text,
            "running, optimal, feasible (stopped early), infeasible, no_plan, interrupted or failed.",
        ),
        column("publication", sa.Text, "pending, published, rejected or none."),
        column("objective", sa.Double, "Value of the plan; higher is better.", required=False),
        column("bound", sa.Double, "No plan can be better than this.", required=False),
        column("gap_share", sa.Double, "(bound - objective) / max(|objective|, 1e-10).", required=False),
        column("solver", sa.Text, "Name of the solver.", required=False),
        column("solver_version", sa.Text, "Version of the solver.", required=False),
        column("input_sha256", sa.Text, "SHA-256 of the inputs that were read.", required=False),
        column("capex_cad", sa.Double, "Capital cost, gross.", required=False),
        column("net_capex_cad", sa.Double, "Capital cost less grants and resale.", required=False),
        column("read_s", sa.Double, "Seconds to read the inputs.", required=False),
        column("build_s", sa.Double, "Seconds to build the model.", required=False),
        column("solve_s", sa.Double, "Seconds to solve it.", required=False),
        column("write_s", sa.Double, "Seconds to write the results.", required=False),
        column("audit_s", sa.Double, "Seconds to audit them.", required=False),
        column("message", sa.Text, "What there is to say, for people.", required=False),
        sa.Column(
            "started_at",
            sa.TIMESTAMP(timezone=True),
            nullable=False,
            server_default=sa.func.now(),
            comment="When it began.",
        ),
        column("finished_at", sa.TIMESTAMP(timezone=True), "When it ended.", required=False),
        sa.CheckConstraint(
            "status in ('running', 'optimal', 'feasible', 'infeasible', 'no_plan', 'interrupted', 'failed')",
            name="run_status_check",
        ),
        sa.CheckConstraint(
            "publication in ('pending', 'published', 'rejected', 'none')", name="run_publication_check"
        ),
    )
    create(
        "run_objective_term",
        "The terms of a plan's objective.",
        parent("run", "run_id", "The run."),
        column("term", sa.Text, "Name of the term."),
        column("value", sa.Double, "Its value, in [0, 1]."),
        column("weight", sa.Double, "Its weight."),
        column("contribution", sa.Double, "What it adds to the objective, with its sign."),
        sa.PrimaryKeyConstraint("run_id", "term", name="run_objective_term_pkey"),
    )
    create(
        "run_lock",
        "The locks that a run obeyed.",
        parent("run", "run_id", "The run."),
        column("lock_id", sa.BigInteger, "The lock, which may have been edited since."),
        column("site_id", sa.Integer, "The site."),
        column("lock_kind", sa.Text, "force_in, force_out or fix_option."),
        column("option_id", sa.Text, "The option, for fix_option.", required=False),
        sa.PrimaryKeyConstraint("run_id", "lock_id", name="run_lock_pkey"),
    )
    create(
        "decision",
        "What a plan does at a site: one row per site that changes.",
        identity("decision_id", "Number of the decision."),
        parent("run", "run_id", "The run."),
        column("phase", sa.Integer, "The phase of the works."),
        column("site_id", sa.Integer, "The site."),
        column("site_name", sa.Text, "Its name at the time, untrusted text.", required=False),
        column("option_id", sa.Text, "The option of model.site_option."),
        column("action", sa.Text, "expand, upgrade, build or remove."),
        column("l2_port_count_before", sa.Integer, "Level 2 ports before."),
        column("l2_port_count_after", sa.Integer, "Level 2 ports after."),
        column("l3_port_count_before", sa.Integer, "Level 3 ports before."),
        column("l3_port_count_after", sa.Integer, "Level 3 ports after."),
        column("capex_cad", sa.Double, "Capital cost."),
        column("grant_cad", sa.Double, "Grants."),
        column("resale_cad", sa.Double, "What removed equipment brings."),
        column("opex_change_cad_per_year", sa.Double, "Change of the running cost."),
        column("added_kw", sa.Double, "Change of the connected power."),
        column("grid_area_id", sa.Integer, "Grid area of the site.", required=False),
        column("planning_area_id", sa.Integer, "Planning area of the site.", required=False),
        sa.Column(
            "geom",
            Geometry("POINT", srid=-1, spatial_index=False),
            nullable=False,
            comment="Place, in the region's metric CRS.",
        ),
        sa.UniqueConstraint("run_id", "site_id", "phase", name="decision_site_key"),
    )
    create(
        "demand_coverage",
        "Coverage of each demand cell (or reference point) before and after, by level and phase.",
        parent("run", "run_id", "The run."),
        column("phase", sa.Integer, "The phase, at its end."),
        column("demand_id", sa.BigInteger, "Cell of core.demand_cell, or reference point."),
        column("level", sa.Text, "L2 or L3."),
        column("weight_share", sa.Double, "Weight of the demand; sums to 1 per run, phase and level."),
        column("is_covered_before", sa.Boolean, "Covered at the start of the plan."),
        column("is_covered_after", sa.Boolean, "Covered at the end of the phase."),
        sa.PrimaryKeyConstraint("run_id", "phase", "level", "demand_id", name="demand_coverage_pkey"),
    )
    create(
        "grid_area_load",
        "Power that a plan adds to each grid area, against its headroom.",
        parent("run", "run_id", "The run."),
        column("phase", sa.Integer, "The phase, at its end."),
        column("grid_area_id", sa.Integer, "The grid area."),
        column("added_kw", sa.Double, "Power added since the start of the plan, times coincidence."),
        column("headroom_kw", sa.Double, "Power that may be added.", required=False),
        sa.PrimaryKeyConstraint("run_id", "phase", "grid_area_id", name="grid_area_load_pkey"),
    )
    create(
        "run_audit",
        "What the audit in SQL found, rule by rule.",
        parent("run", "run_id", "The run."),
        column("rule", sa.Text, "Name of the rule."),
        column("offence_count", sa.Integer, "Rows of the plan that break it."),
        column("first_offence", sa.Text, "The first of them, in words.", required=False),
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
