"""Tables of `plan` for analyses: modes, variations, fronts, what binds, reasons, alternatives, relaxations.

Revision: 0004, after 0003.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SCHEMA = "plan"


def _column(name: str, kind: Any, comment: str, *, required: bool = True) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=not required, comment=comment)


def _of(parent: str, key: str, comment: str, *, name: str | None = None) -> sa.Column[Any]:
    return sa.Column(
        name or key,
        sa.BigInteger,
        sa.ForeignKey(f"plan.{parent}.{key}", ondelete="CASCADE"),
        nullable=False,
        comment=comment,
    )


def _create(name: str, comment: str, *parts: sa.Column[Any] | sa.Constraint) -> None:
    op.create_table(name, *parts, schema=SCHEMA, comment=comment)


def _scenario_columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column(
            "mode",
            sa.Text,
            nullable=False,
            server_default="weighted",
            comment="weighted (one sum of terms) or lexicographic (stages, one after the other).",
        ),
        _column(
            "cost_limit_cad",
            sa.Double,
            "Most net capital cost of all phases together; null for none.",
            required=False,
        ),
        _column(
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
    for column in _scenario_columns():
        op.add_column("scenario", column, schema=SCHEMA)
    op.create_check_constraint(
        "scenario_mode_check", "scenario", "mode in ('weighted', 'lexicographic')", schema=SCHEMA
    )
    _create(
        "scenario_stage",
        "Stages of a lexicographic scenario, most important first.",
        _of("scenario", "scenario_id", "The scenario."),
        _column("stage", sa.Integer, "Number of the stage, from 1."),
        _column("terms", ARRAY(sa.Text), "Terms of the objective that count in it, by their weights."),
        _column("tolerance_share", sa.Double, "Share of its optimum that later stages may give up."),
        sa.PrimaryKeyConstraint("scenario_id", "stage", name="scenario_stage_pkey"),
    )
    _create(
        "run_stage",
        "How each stage of a lexicographic run ended.",
        _of("run", "run_id", "The run."),
        _column("stage", sa.Integer, "Number of the stage, from 1."),
        _column("terms", ARRAY(sa.Text), "Terms that counted in it."),
        _column("tolerance_share", sa.Double, "Share of its optimum that later stages might give up."),
        _column("status", sa.Text, "optimal, or feasible when stopped early."),
        _column(
            "objective", sa.Double, "Value of its terms when it ended; later stages may have given up some."
        ),
        _column("bound", sa.Double, "No plan that holds the stages before can be better than this."),
        _column("gap_share", sa.Double, "(bound - objective) / max(|objective|, 1e-10)."),
        _column("solve_s", sa.Double, "Seconds it took."),
        sa.PrimaryKeyConstraint("run_id", "stage", name="run_stage_pkey"),
    )


def _variations() -> None:
    _create(
        "run_variation",
        "What a sensitivity run changes against its parent.",
        _of("run", "run_id", "The run."),
        _column("knob", sa.Text, "Name of what is varied, as it was given."),
        _column("value", sa.Double, "Its value in this run."),
        _column("base_value", sa.Double, "Its value in the parent run."),
        sa.PrimaryKeyConstraint("run_id", "knob", name="run_variation_pkey"),
    )
    _create(
        "pareto_front",
        "A front of coverage against net cost.",
        sa.Column(
            "front_id",
            sa.BigInteger,
            sa.Identity(always=True),
            primary_key=True,
            comment="Number of the front.",
        ),
        _of("run", "run_id", "The run of the scenario itself, which the points vary."),
        _column("point_count", sa.Integer, "Points that were asked for."),
    )
    _create(
        "pareto_point",
        "Points of a front, each a run of its own.",
        _of("pareto_front", "front_id", "The front."),
        _column("point", sa.Integer, "Number of the point, cheapest first."),
        _of("run", "run_id", "The run."),
        _column("cost_limit_cad", sa.Double, "Most net capital cost that the point may have."),
        sa.PrimaryKeyConstraint("front_id", "point", name="pareto_point_pkey"),
    )
    op.create_index("run_parent_run_id_idx", "run", ["parent_run_id"], schema=SCHEMA)


def _explanations() -> None:
    _create(
        "run_binding",
        "What each rule leaves in a plan: limit, what is found, slack; and its price once explained.",
        _of("run", "run_id", "The run."),
        _column("rule", sa.Text, "Name of the rule."),
        _column("subject", sa.Text, "What it speaks of: a phase, a grid area, or all of its rows together."),
        _column("words", sa.Text, "The rule in a planner's words."),
        _column("unit", sa.Text, "Unit of limit, found and slack."),
        _column(
            "limit_value",
            sa.Double,
            "What the rule allows or asks for; null for many rows together.",
            required=False,
        ),
        _column("found_value", sa.Double, "What the plan has; null for many rows together.", required=False),
        _column("slack", sa.Double, "What is left; 0 where the rule binds. The least of many rows."),
        _column("row_count", sa.Integer, "Rows of the model that stand behind it."),
        _column("binding_count", sa.Integer, "How many of them have no slack."),
        _column("step", sa.Double, "By how much the rule was relaxed for the price.", required=False),
        _column("price", sa.Double, "Change of the objective when it is relaxed by a step.", required=False),
        _column("price_high", sa.Double, "The change is not above this.", required=False),
        _column(
            "price_method",
            sa.Text,
            "resolved: solved again with the rule relaxed; slack: it does not bind.",
            required=False,
        ),
        sa.PrimaryKeyConstraint("run_id", "rule", "subject", name="run_binding_pkey"),
    )
    _create(
        "site_reason",
        "What the objective loses when a site is left as it is and the rest is planned anew.",
        _of("run", "run_id", "The run."),
        _column("site_id", sa.Integer, "The site."),
        _column(
            "loss_if_dropped",
            sa.Double,
            "Objective of the plan less that of the best plan found without the site.",
            required=False,
        ),
        _column(
            "loss_low",
            sa.Double,
            "The loss is not below this, by the bound of the plans without the site.",
            required=False,
        ),
        _column("loss_method", sa.Text, "resolved, or impossible: no plan can do without it."),
        sa.PrimaryKeyConstraint("run_id", "site_id", name="site_reason_pkey"),
    )
    _create(
        "alternative",
        "Plans nearly as good that share as few sites as possible with the plan and with each other.",
        _of("run", "run_id", "The run."),
        _column("alternative", sa.Integer, "Number of the alternative, from 1."),
        _column("objective", sa.Double, "Its value."),
        _column("loss_allowed_share", sa.Double, "Share of the plan's objective that it may lose."),
        _column("shared_site_count", sa.Integer, "Sites that it changes as well."),
        _column("is_proven", sa.Boolean, "True when no plan as good shares fewer."),
        sa.PrimaryKeyConstraint("run_id", "alternative", name="alternative_pkey"),
    )
    _create(
        "alternative_decision",
        "What an alternative does.",
        _of("run", "run_id", "The run."),
        _column("alternative", sa.Integer, "Number of the alternative."),
        _column("site_id", sa.Integer, "The site."),
        _column("option_id", sa.Text, "The option of model.site_option."),
        _column("phase", sa.Integer, "The phase of the works."),
        sa.ForeignKeyConstraint(
            ["run_id", "alternative"],
            ["plan.alternative.run_id", "plan.alternative.alternative"],
            name="alternative_decision_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_id", "alternative", "site_id", name="alternative_decision_pkey"),
    )
    _create(
        "run_relaxation",
        "How far rules must give way before an infeasible scenario has a plan.",
        _of("run", "run_id", "The run."),
        _column("way", sa.Integer, "Number of the way out: 0 relaxes rules together, others one rule alone."),
        _column("rule", sa.Text, "Name of the rule."),
        _column("subject", sa.Text, "What it speaks of."),
        _column("unit", sa.Text, "Unit of the figures."),
        _column("limit_value", sa.Double, "What the rule allows or asks for.", required=False),
        _column(
            "needed_value",
            sa.Double,
            "What it would have to; null when moving it alone does not help.",
            required=False,
        ),
        _column("amount", sa.Double, "The difference, never negative.", required=False),
        _column("amount_low", sa.Double, "No less is enough.", required=False),
        _column("words", sa.Text, "The same as a sentence."),
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
    for column in _scenario_columns():
        op.drop_column("scenario", column.name, schema=SCHEMA)
