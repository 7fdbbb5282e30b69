"""The plan of a region that maps and reports show: `plan.adopted_run`.

Revision: 0011, after 0010.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.plan_table import SCHEMA, create, identity, parent

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# what the maps showed until now stays what they show
_ADOPT_THE_LATEST = """
    insert into plan.adopted_run (run_id)
    select max(r.run_id)
    from plan.run as r join plan.scenario as s using (scenario_id)
    where r.publication = 'published' and r.parent_run_id is null
    group by s.load_id
    order by 1
"""


def upgrade() -> None:
    """Create `plan.adopted_run`; of each load the plan published last is adopted."""
    create(
        "adopted_run",
        "Plans that were adopted, in their order: of each load the last row is the plan that maps show.",
        identity("adopted_run_id", "Number of the adoption; the highest of a load holds."),
        parent("run", "run_id", "The run."),
        sa.Column(
            "adopted_at",
            sa.TIMESTAMP(timezone=True),
            nullable=False,
            server_default=sa.func.now(),
            comment="When it was adopted.",
        ),
    )
    op.execute(_ADOPT_THE_LATEST)


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("adopted_run", schema=SCHEMA)
