"""What a load did."""

from __future__ import annotations

from dataclasses import dataclass, field


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
    former load, which is now the current one again, with its plans and locks.
    """

    load_id: int
    region: str
    title: str
    is_synthetic: bool
    is_new: bool
    is_switched: bool
    metric_srid: int
    pruned_count: int
    seconds: float
    sources: list[SourceSummary] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
