"""What a load did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg

from db.common.assumption import sentence

_LOAD = "select region, title, is_synthetic, metric_srid from raw.load where load_id = %s"
_SOURCES = """
    select source, file_name, row_count, reject_count
    from raw.load_source
    where load_id = %s
    order by source_id
"""
_ASSUMPTIONS = "select code, value from report.assumption order by assumption_id"


@dataclass(frozen=True)
class SourceSummary:
    """The numbers of rows and rejects of one file."""

    source: str
    file_name: str
    row_count: int
    reject_count: int


@dataclass(frozen=True)
class LoadSummary:
    """The outcome of a load.

    `is_new` is False if a load with the same content existed already; `is_switched` is True if that was a
    former load, which is now the current one again, with its plans and locks. `lock_count` locks went with
    places that planners had withdrawn.
    """

    load_id: int
    region: str
    title: str
    is_synthetic: bool
    metric_srid: int
    sources: list[SourceSummary]
    assumptions: list[str]
    is_new: bool
    is_switched: bool
    seconds: float
    pruned_count: int = 0
    lock_count: int = 0


def summarize(conn: psycopg.Connection[Any], load_id: int, **outcome: Any) -> LoadSummary:
    """Return the summary of the current load, with what became of it by the names of `LoadSummary`."""
    row = conn.execute(_LOAD, (load_id,)).fetchone()
    assert row is not None  # noqa: S101 - the load was there a moment ago, in the same transaction
    region, title, is_synthetic, metric_srid = row
    return LoadSummary(
        load_id,
        region,
        title,
        is_synthetic,
        metric_srid,
        [SourceSummary(*file) for file in conn.execute(_SOURCES, (load_id,)).fetchall()],
        [sentence(code, value) for code, value in conn.execute(_ASSUMPTIONS).fetchall()],
        **outcome,
    )
