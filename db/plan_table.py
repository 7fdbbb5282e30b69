"""How revisions write the tables of `plan`: every column with its comment, results that go with their run."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

SCHEMA = "plan"


def column(name: str, kind: Any, comment: str, *, required: bool = True) -> sa.Column[Any]:
    """Return a column; `required` makes it not null."""
    return sa.Column(name, kind, nullable=not required, comment=comment)


def identity(name: str, comment: str) -> sa.Column[Any]:
    """Return a key that the database counts up."""
    return sa.Column(name, sa.BigInteger, sa.Identity(always=True), primary_key=True, comment=comment)


def parent(table: str, key: str, comment: str) -> sa.Column[Any]:
    """Return a column that leads to a row of another table of `plan`, and goes with it."""
    return sa.Column(
        key,
        sa.BigInteger,
        sa.ForeignKey(f"{SCHEMA}.{table}.{key}", ondelete="CASCADE"),
        nullable=False,
        comment=comment,
    )


def create(
    name: str, comment: str, *parts: sa.Column[Any] | sa.Constraint, key: tuple[str, ...] = ()
) -> None:
    """Create a table of `plan`; `key` are the columns of its primary key, where no part says it."""
    primary = [sa.PrimaryKeyConstraint(*key, name=f"{name}_pkey")] if key else []
    op.create_table(name, *parts, *primary, schema=SCHEMA, comment=comment)
