"""Tables of `plan` for analyses: modes, variations, fronts, what binds, reasons, alternatives, relaxations.

Revision: 0004, after 0003.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from db.plan_table import SCHEMA, column, create, parent

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _scenario_columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column(
            "mode",
            sa.Text,
            nullable=False,
            server_default="weighted",
            comment="weighted (one sum of terms) or lexicographic (stages, one after the other).",
        ),
        column(
            "cost_limit_cad",
            sa.Double,
            "Most net capital cost of all phases together; null for none.",
            required=False,
        ),
        column(
            "money_scale_cad",
            sa.Double,
            "What the money terms are measured against; null for the budgets of all phases together.",
            required=False,
        ),
        sa.Column(
            "headroom_factor",
            sa.Double,
            nullable=False,
            server_default="1",
            comment="Factor on the headroom of every grid area.",
        ),
    )


def _modes() -> None:
    for added in _scenario_columns():
        op.add_column("scenario", added, schema=SCHEMA)
    op.create_check_constraint(
        "scenario_mode_check", "scenario", "mode in ('weighted', 'lexicographic')", schema=SCHEMA
    )
    create(
        "scenario_stage",
        "Stages of a lexicographic scenario, most important first.",
        parent("scenario", "scenario_id", "The scenario."),
        column("stage", sa.Integer, "Number of the stage, from 1."),
        column("terms", ARRAY(sa.Text), "Terms of the objective that count in it, by their weights."),
        column("tolerance_share", sa.Double, "Share of its optimum that later stages may give up."),
        sa.PrimaryKeyConstraint("scenario_id", "stage", name="scenario_stage_pkey"),
    )
    create(
        "run_stage",
        "How each stage of a lexicographic run ended.",
        parent("run", "run_id", "The run."),
        column("stage", sa.Integer, "Number of the stage, from 1."),
        column("terms", ARRAY(sa.Text), "Terms that counted in it."),
        column("tolerance_share", sa.Double, "Share of its optimum that later stages might give up."),
        column("status", sa.Text, "optimal, or feasible when stopped early."),
        column(
            "objective", sa.Double, "Value of its terms when it ended; later stages may have given up some."
        ),
        column("bound", sa.Double, "No plan that holds the stages before can be better than this."),
        column("gap_share", sa.Double, "(bound - objective) / max(|objective|, 1e-10)."),
        column("solve_s", sa.Double, "Seconds it took."),
        sa.PrimaryKeyConstraint("run_id", "stage", name="run_stage_pkey"),
    )


def _variations() -> None:
    create(
        "run_variation",
        "What a sensitivity run changes against its parent.",
        parent("run", "run_id", "The run."),
        column("knob", sa.Text, "Name of what is varied, as it was given."),
        column("value", sa.Double, "Its value in this run."),
        column("base_value", sa.Double, "Its value in the parent run."),
        sa.PrimaryKeyConstraint("run_id", "knob", name="run_variation_pkey"),
    )
    create(
        "pareto_front",
        "A front of coverage against net cost.",
        sa.Column(
            "front_id",
            sa.BigInteger,
            sa.Identity(always=True),
            primary_key=True,
            comment="Number of the front.",
        ),
        parent("run", "run_id", "The run of the scenario itself, which the points vary."),
        column("point_count", sa.Integer, "Points that were asked for."),
    )
    create(
        "pareto_point",
        "Points of a front, each a run of its own.",
        parent("pareto_front", "front_id", "The front."),
        column("point", sa.Integer, "Number of the point, cheapest first."),
        parent("run", "run_id", "The run."),
        column("cost_limit_cad", sa.Double, "Most net capital cost that the point may have."),
        sa.PrimaryKeyConstraint("front_id", "point", name="pareto_point_pkey"),
    )
    op.create_index("run_parent_run_id_idx", "run", ["parent_run_id"], schema=SCHEMA)


def _explanations() -> None:
    create(
        "run_binding",
        "What each rule leaves in a plan: limit, what is found, slack; and its price once explained.",
        parent("run", "run_id", "The run."),
        column("rule", sa.Text, "Name of the rule."),
        column("subject", sa.Text, "What it speaks of: a phase, a grid area, or all of its rows together."),
        column("words", sa.Text, "The rule in a planner's words."),
        column("unit", sa.Text, "Unit of limit, found and slack."),
        column(
            "limit_value",
            sa.Double,
            "What the rule allows or asks for; null for many rows together.",
            required=False,
        ),
        column("found_value", sa.Double, "What the plan has; null for many rows together.", required=False),
        column("slack", sa.Double, "What is left; 0 where the rule binds. The least of many rows."),
        column("row_count", sa.Integer, "Rows of the model that stand behind it."),
        column("binding_count", sa.Integer, "How many of them have no slack."),
        column("step", sa.Double, "By how much the rule was relaxed for the price.", required=False),
        column("price", sa.Double, "Change of the objective when it is relaxed by a step.", required=False),
        column("price_high", sa.Double, "The change is not above this.", required=False),
        column(
            "price_method",
            sa.Text,
            "resolved: solved again with the rule relaxed; slack: it does not bind.",
            required=False,
        ),
        sa.PrimaryKeyConstraint("run_id", "rule", "subject", name="run_binding_pkey"),
    )
    create(
        "site_reason",
        "What the objective loses when a site is left as it is and the rest is planned anew.",
        parent("run", "run_id", "The run."),
        column("site_id", sa.Integer, "The site."),
        column(
            "loss_if_dropped",
            sa.Double,
            "Objective of the plan less that of the best plan found without the site.",
            required=False,
        ),
        column(
            "loss_low",
            sa.Double,
            "The loss is not below this, by the bound of the plans without the site.",
            required=False,
        ),
        column("loss_method", sa.Text, "resolved, or impossible: no plan can do without it."),
        sa.PrimaryKeyConstraint("run_id", "site_id", name="site_reason_pkey"),
    )
    create(
        "alternative",
        "Plans nearly as good that share as few sites as possible with the plan and with each other.",
        parent("run", "run_id", "The run."),
        column("alternative", sa.Integer, "Number of the alternative, from 1."),
        column("objective", sa.Double, "Its value."),
        column("loss_allowed_share", sa.Double, "Share of the plan's objective that it may lose."),
        column("shared_site_count", sa.Integer, "Sites that it changes as well."),
        column("is_proven", sa.Boolean, "True when no plan as good shares fewer."),
        sa.PrimaryKeyConstraint("run_id", "alternative", name="alternative_pkey"),
    )
    create(
        "alternative_decision",
        "What an alternative does.",
        parent("run", "run_id", "The run."),
        column("alternative", sa.Integer, "Number of the alternative."),
        column("site_id", sa.Integer, "The site."),
        column("option_id", sa.Text, "The option of model.site_option."),
        column("phase", sa.Integer, "The phase of the works."),
        sa.ForeignKeyConstraint(
            ["run_id", "alternative"],
            ["plan.alternative.run_id", "plan.alternative.alternative"],
            name="alternative_decision_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_id", "alternative", "site_id", name="alternative_decision_pkey"),
    )
    create(
        "run_relaxation",
        "How far rules must give way before an infeasible scenario has a plan.",
        parent("run", "run_id", "The run."),
        column("way", sa.Integer, "Number of the way out: 0 relaxes rules together, others one rule alone."),
        column("rule", sa.Text, "Name of the rule."),
        column("subject", sa.Text, "What it speaks of."),
        column("unit", sa.Text, "Unit of the figures."),
        column("limit_value", sa.Double, "What the rule allows or asks for.", required=False),
        column(
            "needed_value",
            sa.Double,
            "What it would have to; null when moving it alone does not help.",
            required=False,
        ),
        column("amount", sa.Double, "The difference, never negative.", required=False),
        column("amount_low", sa.Double, "No less is enough.", required=False),
        column("words", sa.Text, "The same as a sentence."),
        sa.PrimaryKeyConstraint("run_id", "way", "rule", "subject", name="run_relaxation_pkey"),
    )


TABLES = (
    "run_relaxation",
    "alternative_decision",
    "alternative",
    "site_reason",
    "run_binding",
    "pareto_point",
    "pareto_front",
    "run_variation",
    "run_stage",
    "scenario_stage",
)


def upgrade() -> None:
    """Add what the analyses keep."""
    _modes()
    _variations()
    _explanations()


def downgrade() -> None:
    """Remove what `upgrade` made."""
    for table in TABLES:
        op.drop_table(table, schema=SCHEMA)
    op.drop_index("run_parent_run_id_idx", "run", schema=SCHEMA)
    op.drop_constraint("scenario_mode_check", "scenario", schema=SCHEMA)
    for added in _scenario_columns():
        op.drop_column("scenario", added.name, schema=SCHEMA)
