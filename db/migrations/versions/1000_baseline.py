"""The tables of `raw` and `plan`, written out in the SQL files of the folder of the same name.

Revision: 1000, the first. What stood before it, 0001 to 0014, was never released and cannot be upgraded.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "1000"
down_revision = None
branch_labels = None
depends_on = None

# in this order: a table stands after those that it refers to
SUBJECTS = (
    "raw_load",
    "raw_geography",
    "raw_people",
    "raw_station",
    "raw_transit",
    "raw_grid",
    "raw_reference",
    "plan_name",
    "plan_scenario",
    "plan_limit",
    "plan_demand",
    "plan_money",
    "plan_lock",
    "plan_run",
    "plan_result",
    "plan_service",
    "plan_analysis",
    "plan_backtest",
    "plan_simulation",
)


def _execute(name: str) -> None:
    text = Path(__file__).with_suffix("").joinpath(f"{name}.sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(text, execution_options={"no_parameters": True})


def upgrade() -> None:
    """Create the tables, and what refuses contrary locks."""
    for name in SUBJECTS:
        _execute(name)


def downgrade() -> None:
    """Remove them all, but the schema `plan`: Alembic's own table stands in it."""
    _execute("drop")
